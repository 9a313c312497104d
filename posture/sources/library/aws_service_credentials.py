"""Credentials of a user for one service: Git over HTTPS, Keyspaces, and API keys of Bedrock."""

from __future__ import annotations

from typing import Any

from posture.model import keys
from posture.sources.aws.accounts import stated_account, user_arn
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.items import items, text
from posture.sources.contract import Call, Page, Rows, Source
from posture.sources.times import moment

SOURCE = Source(
    id="aws-service-credentials",
    title="AWS service-specific credentials",
    feeds=("credentials", "links"),
    by_hand="aws iam list-service-specific-credentials --user-name NAME, in a folder named by the account id",
    blind="static passwords and API keys of users for single services, not in the credential report",
    provider="aws",
    calls=(
        Call(
            "iam",
            "list_service_specific_credentials",
            ("iam:ListServiceSpecificCredentials",),
            "iam-list-service-specific-credentials-{item}.json",
            each="iam:get_account_authorization_details:/UserDetailList/*",
            takes={"UserName": "/UserName"},
        ),
    ),
    opens=b"{[",
    rank=20,
)

_KNOWN = {"iam:ListServiceSpecificCredentials": "ServiceSpecificCredentials"}
_API_KEYS = ("bedrock.amazonaws.com", "bedrock-mantle.amazonaws.com")


def claims(page: Page) -> bool:
    """The answer for one user."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """One credential per entry, linked to its user."""
    account = stated_account(page)
    scope = keys.aws_scope(account)
    for answer in calls(page, _KNOWN):
        for at, entry in items(answer, "ServiceSpecificCredentials"):
            key, user, service = (
                text(entry, name) for name in ("ServiceSpecificCredentialId", "UserName", "ServiceName")
            )
            if not key or not user:
                into.problem(scope, "credentials", at, "one credential is set aside: it has no id or no user")
                continue
            made, ends = moment(entry.get("CreateDate")), moment(entry.get("ExpirationDate"))
            expiry: dict[str, Any] = {"expires": ends} if ends else {"has_expires": False}
            into.add(
                "credentials",
                at,
                key=key,
                scope=scope,
                provider="aws",
                kind="api-key" if service in _API_KEYS else "password",
                name=f"{service} of {user}",
                enabled=text(entry, "Status") == "Active",
                created=made,
                rotated=made,
                **expiry,
            )
            into.add("links", at, kind="authenticates", from_=key, to=user_arn(account, user))
