"""How wide a trust stands open: subjects of token issuers, other accounts, anyone."""

from __future__ import annotations

from typing import Any

import pytest

from posture.access.aws.compile import RESOURCE, Statement, compile_policy
from posture.access.aws.looseness import of_federation, of_principal

GITHUB = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
ISSUER = "token.actions.githubusercontent.com"


def trust(condition: dict[str, Any] | None = None, principal: Any = "*") -> Statement:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    if condition:
        statement["Condition"] = condition
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return compile_policy(document, RESOURCE).statements[0]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, ("any-tenant", False)),
        ({"StringLike": {f"{ISSUER}:sub": "*"}}, ("any-tenant", False)),
        ({"StringLike": {f"{ISSUER}:sub": "repo:*"}}, ("any-tenant", False)),
        ({"StringLike": {f"{ISSUER}:sub": "repo:acme*"}}, ("any-tenant", False)),
        ({"StringLike": {f"{ISSUER}:sub": "repo:acme/*"}}, ("organisation", False)),
        ({"StringLike": {f"{ISSUER}:sub": "repo:acme/shop:*"}}, ("organisation", False)),
        ({"StringLike": {f"{ISSUER}:sub": "repo:acme@17/shop@4:ref:refs/heads/main"}}, ("exact", False)),
        ({"StringEquals": {f"{ISSUER}:sub": "repo:acme/shop:ref:refs/heads/main",
                           f"{ISSUER}:aud": "sts.amazonaws.com"}}, ("exact", True)),
        ({"StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com"}}, ("any-tenant", True)),
        ({"StringNotLike": {f"{ISSUER}:sub": "repo:evil/*"}}, ("any-tenant", False)),
        ({"StringEqualsIfExists": {f"{ISSUER}:sub": "repo:acme/shop:x"}}, ("any-tenant", False)),
        ({"ForAllValues:StringEquals": {f"{ISSUER}:sub": "repo:acme/shop:x"}}, ("any-tenant", False)),
        ({"StringLike": {f"{ISSUER}:sub": ["repo:acme/shop:ref:x", "repo:*"]}}, ("any-tenant", False)),
    ],
)  # fmt: skip
def test_the_widest_subject_counts(condition: dict[str, Any] | None, expected: tuple[str, bool]) -> None:
    assert of_federation(trust(condition, {"Federated": GITHUB}), GITHUB) == expected


def test_a_directory_of_ones_own_is_exact() -> None:
    provider = "arn:aws:iam::111122223333:saml-provider/staff"
    assert of_federation(trust(None, {"Federated": provider}), provider) == ("exact", True)


@pytest.mark.parametrize(
    ("condition", "anyone", "expected"),
    [
        (None, True, ("any-tenant", False)),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-example"}}, True, ("organisation", True)),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::9:role/x"}}, True, ("exact", True)),
        (None, False, ("exact", False)),
        ({"StringEquals": {"sts:ExternalId": "q7"}}, False, ("exact", True)),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, False, ("exact", False)),
    ],
)
def test_other_accounts(condition: dict[str, Any] | None, anyone: bool, expected: tuple[str, bool]) -> None:
    assert of_principal(trust(condition), anyone) == expected
