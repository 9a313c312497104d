"""Parameter Store: which parameters exist and which of them are secrets; never a value."""

from __future__ import annotations

from posture.model import keys
from posture.sources.aws.accounts import scope_of, stated_account
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.declaring import asks
from posture.sources.aws.items import items, text
from posture.sources.contract import Page, Rows, Source
from posture.sources.times import moment

SOURCE = Source(
    id="aws-parameters",
    title="AWS Systems Manager parameters",
    feeds=("systems", "credentials", "links"),
    by_hand="aws ssm describe-parameters",
    blind="which secrets lie in Parameter Store, and how old they are",
    provider="aws",
    calls=(asks("ssm", "describe_parameters"),),
    opens=b"{[",
    rank=30,
)

_KNOWN = {"ssm:DescribeParameters": "Parameters"}


def claims(page: Page) -> bool:
    """The list of parameters."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """A system per parameter, and a credential for the value of each that is encrypted."""
    account = stated_account(page)
    for answer in calls(page, _KNOWN):
        for at, entry in items(answer, "Parameters"):
            name = text(entry, "Name")
            key = text(entry, "ARN")
            if not key and name and answer.region:
                slash = "" if name.startswith("/") else "/"
                key = f"arn:aws:ssm:{answer.region}:{account}:parameter{slash}{name}"
            if not key:
                into.problem(
                    keys.aws_scope(account), "systems", at, "one parameter is set aside: it has no ARN"
                )
                continue
            scope = scope_of(key, account)
            into.add("systems", at, key=key, scope=scope, provider="aws", kind="parameter", name=name)
            if text(entry, "Type") != "SecureString":
                continue
            value = keys.stored_value(key)
            into.add(
                "credentials",
                at,
                key=value,
                scope=scope,
                provider="aws",
                kind="unknown",
                name=name,
                rotated=moment(entry.get("LastModifiedDate")),
                exposure="managed",
                store="secret-manager",
                engine="static",
                rotation=False,
            )
            into.add("links", at, kind="stored-at", from_=value, to=key)
        if account:
            into.covered(keys.aws_scope(account), "systems/ssm:parameter", why=answer.region)
