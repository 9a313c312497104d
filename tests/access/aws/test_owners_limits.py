"""Resource control policies are those of whoever owns the resource, wherever its caller lives."""

from __future__ import annotations

import json

import pytest

from posture.access.aws.account import Account, Landscape, Principal
from posture.access.aws.actions import bit
from posture.access.aws.actor import Actor
from posture.access.aws.compile import RESOURCE, compile_policy
from posture.access.aws.conditions import NO, YES
from posture.access.aws.decision import Attached, Level
from posture.access.aws.resource_side import Guarded, reached
from posture.access.aws.trust import Trusts

OWN, AWAY = "111122223333", "444455556666"
QUEUE = f"arn:aws:sqs:eu-west-1:{AWAY}:orders"
ROLE = f"arn:aws:iam::{AWAY}:role/ops"
ANA = f"arn:aws:iam::{OWN}:user/ana"


def level(*statements: object, grammar: str = "identity") -> Level:
    return (Attached("own", compile_policy(json.dumps({"Statement": list(statements)}), grammar)),)


def everything(**more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": "*", "Resource": "*", **more}


DENY = (level({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}, grammar=RESOURCE),)


def let(action: str, **more: str) -> Level:
    allow = {"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": action, **more}
    return level(allow, grammar=RESOURCE)


def companies(own: bool, away: bool) -> tuple[Principal, Account, Account]:
    ana = Principal(ANA, OWN, "user", level(everything()), tags={})
    let_in = level(
        {"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": "sts:AssumeRole"}, grammar=RESOURCE
    )
    ops = Principal(ROLE, AWAY, "role", trust=let_in, tags={})
    return (
        ana,
        Account(OWN, (ana,), rcps=DENY if own else None),
        Account(AWAY, (ops,), rcps=DENY if away else None),
    )


@pytest.mark.parametrize(("own", "away", "expected"), [(True, False, YES), (False, True, NO)])
def test_those_of_the_owner_bind(own: bool, away: bool, expected: int) -> None:
    ana, home, other = companies(own, away)
    let_in = level(
        {"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": "sqs:*", "Resource": "*"}, grammar=RESOURCE
    )
    queue = Guarded(QUEUE, AWAY, let_in, home=other)
    ways = reached(ana, home, queue, bit("sqs:SendMessage"))
    assert [one.certain for one in ways] == ([True] if expected == YES else [])
    trusts = Trusts(Landscape({OWN: home, AWAY: other}))
    assert trusts.may_assume(Actor(ana, home), other.principals[0]).answer == expected


def test_one_that_denies_is_no_free_grant() -> None:
    ana = Principal(ANA, OWN, "user", level(everything()), tags={})
    ops = Principal(
        ROLE.replace(AWAY, OWN),
        OWN,
        "role",
        trust=level(
            {"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": "sts:AssumeRole"}, grammar=RESOURCE
        ),
        tags={},
    )
    for rcps, expected in ((DENY, []), (None, [ops])):
        account = Account(OWN, (ana, ops), rcps=rcps)
        found = Trusts(Landscape({OWN: account})).assumable(Actor(ana, account))
        assert [role for roles, _held in found for role in roles] == expected
