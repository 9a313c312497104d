"""Who administers an account as it stands: every action on everything, in every request."""

from __future__ import annotations

from typing import Any

import pytest

from posture.access.aws.account import Account
from posture.access.aws.admin import standing
from posture.access.aws.conditions import MAYBE, NO, YES
from tests.access.aws.test_escalation import ACCOUNT, allow, policy, user

ALL = allow("*")


def deny(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": list(actions), "Resource": "*", **more}


def only_if(operator: str, key: str, value: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([ALL], YES),
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], NO),
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, allow("iam:*")], YES),
        ([allow("*", on="arn:aws:s3:::*")], NO),
        # What one request has and the next has not keeps some of them out.
        ([allow("*", **only_if("StringEquals", "aws:RequestedRegion", "eu-west-1"))], NO),
        ([allow("*", **only_if("StringEquals", "aws:ResourceTag/team", "x"))], NO),
        ([allow("*", **only_if("StringEquals", "ec2:InstanceType", "t3.micro"))], NO),
        ([allow("*", **only_if("Bool", "aws:ViaAWSService", "true"))], NO),
        ([ALL, deny("*", **only_if("StringNotEquals", "aws:RequestedRegion", "eu-west-1"))], NO),
        (
            [
                ALL,
                deny("iam:PassRole", **only_if("StringEquals", "iam:PassedToService", "ec2.amazonaws.com")),
            ],
            NO,
        ),
        ([ALL, deny("s3:PutObject", **only_if("Null", "s3:x-amz-server-side-encryption", "true"))], NO),
        # What is the same in all of them is met or not, or open.
        ([ALL, deny("*", **only_if("StringNotEquals", "aws:PrincipalAccount", ACCOUNT))], YES),
        ([ALL, deny("*", **only_if("Bool", "aws:SecureTransport", "false"))], YES),
        ([ALL, deny("*", **only_if("StringEquals", "aws:PrincipalTag/state", "held"))], YES),
        ([allow("*", **only_if("Bool", "aws:MultiFactorAuthPresent", "true"))], MAYBE),
        ([ALL, deny("*", **only_if("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"))], MAYBE),
    ],
)
def test_standing(statements: list[Any], expected: int) -> None:
    somebody = user("somebody", (policy("own", *statements),))

    assert standing(somebody, Account(ACCOUNT, (somebody,))).answer == expected


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (ALL, YES),
        (allow("s3:*"), NO),
        (allow("*", **only_if("StringEquals", "aws:RequestedRegion", "eu-west-1")), NO),
    ],
)
def test_standing_inside_a_boundary(inside: dict[str, Any], expected: int) -> None:
    somebody = user("somebody", (policy("own", ALL),), boundary=(policy("edge", inside),))

    assert standing(somebody, Account(ACCOUNT, (somebody,))).answer == expected
