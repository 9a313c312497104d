"""A job becomes the role that it names only where the role's trust lets one of its subjects in."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from posture.access.aws.account import Account, Landscape, Principal
from posture.access.aws.compile import RESOURCE, compile_policy
from posture.access.aws.decision import Attached
from posture.access.aws.workflows import admitted
from posture.estate.estate import Estate
from posture.model.frames import frame

ISSUER = "token.actions.githubusercontent.com"
ROLE = "arn:aws:iam::111122223333:role/deploy"
JOB = "pipeline:shop/deploy/deploy"


def become(
    condition: dict[str, Any] | None, *subjects: str, deny: dict[str, Any] | None = None
) -> list[tuple[bool, str | None]]:
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
    }
    if condition:
        statement["Condition"] = condition
    said = [statement, {**statement, "Effect": "Deny", **deny}] if deny else [statement]
    document = compile_policy({"Version": "2012-10-17", "Statement": said}, RESOURCE)
    role = Principal(ROLE, "111122223333", "role", trust=(Attached("trust", document),))
    landscape = Landscape({"111122223333": Account("111122223333", (role,))})
    rows = [{"kind": "may-become", "from": JOB, "to": ROLE, "certain": False}]
    rows += [{"kind": "may-become", "from": JOB, "to": f"federated:{ISSUER}/{one}"} for one in subjects]
    estate = Estate({"links": frame("links", rows)}, None)
    found = pl.DataFrame(
        list(admitted(estate, landscape)), schema={"certain": pl.Boolean, "depends_on": pl.String}
    )
    return found.rows()


MAIN = "repo:*/shop:ref:refs/heads/main"
BY_ID = "repo:*@*/shop@*:ref:refs/heads/main"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {f"{ISSUER}:sub": "repo:acme/shop:ref:refs/heads/main"}}, [(True, None)]),
        ({"StringLike": {f"{ISSUER}:sub": "repo:acme/*"}}, [(True, None)]),
        ({"StringEquals": {f"{ISSUER}:sub": "repo:acme/shop:environment:production"}}, []),
        ({"StringEquals": {f"{ISSUER}:sub": "repo:acme/other:ref:refs/heads/main"}}, []),
        ({"StringEquals": {f"{ISSUER}:sub": "repo:acme/*"}}, []),
        ({"StringEquals": {f"{ISSUER}:sub": "repo:acme@17/shop@4:ref:refs/heads/main"}}, [(True, None)]),
        ({"StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com"}}, [(True, None)]),
        ({"StringEquals": {f"{ISSUER}:aud": "elsewhere"}}, []),
        ({"StringEquals": {f"{ISSUER}:actor": "mara"}}, [(False, f"{ISSUER}:actor")]),
        ({"StringEqualsIgnoreCase": {f"{ISSUER}:sub": "repo:Acme/Shop:ref:refs/heads/main"}}, [(True, None)]),
        ({"StringEqualsIgnoreCase": {f"{ISSUER}:sub": "repo:Acme/Tool:ref:refs/heads/main"}}, []),
        (
            {"ForAnyValue:StringLike": {f"{ISSUER}:sub": ["repo:acme/x:*", "repo:acme/shop:*"]}},
            [(True, None)],
        ),
        ({"ForAnyValue:StringLike": {f"{ISSUER}:sub": ["repo:acme/x:*", "repo:acme/y:*"]}}, []),
        (None, [(True, None)]),
    ],
)
def test_what_the_trust_lets_in(
    condition: dict[str, Any] | None, expected: list[tuple[bool, str | None]]
) -> None:
    assert become(condition, MAIN, BY_ID) == expected


def test_a_job_without_a_token_is_not_let_in() -> None:
    assert become(None) == []


OPEN_TRUST = "whether the trust denies the repository"


@pytest.mark.parametrize(
    ("deny", "expected"),
    [
        ({"Condition": {"StringLike": {f"{ISSUER}:sub": "repo:acme/tool:*"}}}, [(True, None)]),
        ({"Condition": {"StringLike": {f"{ISSUER}:sub": "repo:acme/shop:*"}}}, [(False, OPEN_TRUST)]),
        ({"Condition": {"StringNotLike": {f"{ISSUER}:sub": "repo:acme/tool:*"}}}, []),
        ({"Condition": {"StringNotLike": {f"{ISSUER}:sub": "repo:acme/shop:*"}}}, [(True, None)]),
        ({"Condition": {"StringNotEquals": {f"{ISSUER}:aud": "sts.amazonaws.com"}}}, [(True, None)]),
        ({"Condition": {"StringEquals": {f"{ISSUER}:actor": "mara"}}}, [(False, f"{ISSUER}:actor")]),
        ({"Principal": "*"}, []),
        ({"Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/gitlab.com"}}, [(True, None)]),
        ({"Action": "sts:TagSession"}, [(True, None)]),
    ],
)
def test_a_trust_that_denies(deny: dict[str, Any], expected: list[tuple[bool, str | None]]) -> None:
    assert become(None, MAIN, deny=deny) == expected
