"""AWS account authorization details: users, groups, roles, policies and where they are attached."""

from __future__ import annotations

import re

from posture.sources.aws.answers import answers
from posture.sources.aws.authorization import read_answers
from posture.sources.contract import Call, Page, Rows, Source

SOURCE = Source(
    id="aws-iam",
    title="AWS account authorization details",
    feeds=("scopes", "identities", "groups", "policies", "documents", "links", "aliases", "tags"),
    by_hand="aws iam get-account-authorization-details",
    blind="every identity, policy and role assumption of the account",
    provider="aws",
    calls=(
        Call(
            "iam",
            "get_account_authorization_details",
            ("iam:GetAccountAuthorizationDetails",),
            "account-authorization-details.json",
        ),
    ),
    needs=("identities", "groups", "policies"),
    rank=20,
)

_MARKS = re.compile(rb'"(UserDetailList|GroupDetailList|RoleDetailList|PolicyVersionList)"\s*:')


def claims(page: Page) -> bool:
    """Whether one of its lists, or what only its policies have, stands near the start."""
    return _MARKS.search(page.head) is not None


def read(page: Page, into: Rows) -> None:
    """Rows of the whole answer, of pages in one file, or of one page of several."""
    read_answers(page, answers(page), into)
