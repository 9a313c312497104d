"""AWS account authorization details: users, groups, roles, policies and where they are attached."""

from __future__ import annotations

from posture.sources.aws.answers import answers
from posture.sources.aws.authorization import LISTS, read_answers
from posture.sources.contract import Call, Page, Rows, Source

SOURCE = Source(
    id="aws-iam",
    title="AWS account authorization details",
    feeds=("scopes", "identities", "groups", "policies", "documents", "links", "aliases"),
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

_MARKS = tuple(f'"{name}"'.encode() for name in LISTS)


def claims(page: Page) -> bool:
    """Whether one of its four lists stands near the start."""
    return any(mark in page.head for mark in _MARKS)


def read(page: Page, into: Rows) -> None:
    """Rows of the whole answer, of pages in one file, or of one page of several."""
    read_answers(page, answers(page), into)
