"""What administering an account gives in others: roles that trust somebody in it, who may be let in."""

from __future__ import annotations

from typing import Any

import pytest

from posture.access.aws.abroad import Abroad
from posture.access.aws.account import Account, Landscape, Principal
from posture.access.aws.admin import standing
from posture.access.aws.compile import RESOURCE, compile_policy
from posture.access.aws.conditions import NO
from posture.access.aws.decision import Attached, Level
from posture.access.aws.escalate import Escalation

HOME, AWAY = "111122223333", "444455556666"
THEIRS = f"arn:aws:iam::{AWAY}:role/theirs"
ANA = f"arn:aws:iam::{HOME}:user/ana"


def policy(*statements: Any, grammar: str = "identity") -> Attached:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return Attached("policy", compile_policy(document, grammar))


def allow(*actions: str, on: Any = "*", effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Action": list(actions), "Resource": on}


def user(name: str, *identity: Attached, **more: Any) -> Principal:
    return Principal(f"arn:aws:iam::{HOME}:user/{name}", HOME, "user", identity, tags={}, **more)


def trusting(principal: Any, **condition: Any) -> Principal:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **condition}
    return Principal(THEIRS, AWAY, "role", trust=(policy(statement, grammar=RESOURCE),), tags={})


def abroad(
    boss: Principal, role: Principal, *others: Principal, scps: tuple[Level, ...] | None = None
) -> list[tuple[str, bool]]:
    """The roles of the other account that `boss` comes to, and whether that is sure."""
    home = Account(HOME, (boss, *others), scps=scps)
    whole = Landscape({HOME: home, AWAY: Account(AWAY, (role,))})
    escalation = Escalation(whole, complete=True)
    alone = escalation.gains(boss)
    assert not any(to.arn == THEIRS for gain in alone for to in gain.to), "what many share is said once"
    if standing(boss, home).answer == NO and not any(gain.admin for gain in alone):
        return []
    return [(to.arn, gain.certain) for gain in Abroad(escalation.trusts).of(home) for to in gain.to]


WRITER = policy(allow("iam:*"))
"""Makes itself an administrator, and may assume nothing yet."""


@pytest.mark.parametrize("named", [{"AWS": ANA}, {"AWS": HOME}, {"AWS": "*"}])
def test_whoever_the_trust_names_may_be_let_in(named: Any) -> None:
    assert abroad(user("boss", WRITER), trusting(named), user("ana")) == [(THEIRS, True)]


def test_whoever_administers_as_it_stands_lets_a_colleague_in_too() -> None:
    boss = user("boss", policy(allow("*")))

    assert abroad(boss, trusting({"AWS": ANA}), user("ana")) == [(THEIRS, True)]


def test_a_boundary_of_the_colleague_is_no_hindrance() -> None:
    ana = user("ana", boundary=(policy(allow("s3:*")),))

    assert abroad(user("boss", WRITER), trusting({"AWS": ANA}), ana) == [(THEIRS, True)]


def test_who_may_assume_the_role_already_is_not_told_again() -> None:
    ana = user("ana", policy(allow("sts:AssumeRole", on=THEIRS)))

    assert abroad(user("boss", WRITER), trusting({"AWS": ANA}), ana) == []


def test_a_trust_in_somebody_who_is_not_there_lets_in_nobody() -> None:
    assert (
        abroad(user("boss", WRITER), trusting({"AWS": f"arn:aws:iam::{HOME}:user/gone"}), user("ana")) == []
    )


def test_who_does_not_administer_the_account_lets_nobody_in() -> None:
    boss = user("boss", policy(allow("iam:PutUserPolicy", on=ANA)))

    assert abroad(boss, trusting({"AWS": ANA}), user("ana", boundary=(policy(allow("s3:*")),))) == []


def test_what_the_organisation_denies_nobody_may_be_given() -> None:
    denied: Level = (policy(allow("*"), allow("sts:AssumeRole", effect="Deny")),)
    boss = user("boss", WRITER)

    assert abroad(boss, trusting({"AWS": ANA}), user("ana"), scps=(denied,)) == []


def test_a_condition_that_only_the_caller_s_network_meets_stays_open() -> None:
    condition = {"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}

    assert abroad(user("boss", WRITER), trusting({"AWS": ANA}, **condition), user("ana")) == [(THEIRS, False)]


def test_a_service_linked_role_cannot_be_given_anything() -> None:
    arn = f"arn:aws:iam::{HOME}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
    linked = Principal(arn, HOME, "role", tags={})

    assert abroad(user("boss", WRITER), trusting({"AWS": arn}), linked) == []


@pytest.mark.parametrize(("tried", "expected"), [(2, [(THEIRS, False)]), (9, [])])
def test_where_not_everybody_is_asked_about_it_stays_open(
    monkeypatch: pytest.MonkeyPatch, tried: int, expected: list[tuple[str, bool]]
) -> None:
    monkeypatch.setattr("posture.access.aws.abroad._TRIED", tried)
    nobody = {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{HOME}:user/gone"}}
    role = trusting({"AWS": HOME}, Condition=nobody)

    assert abroad(user("boss", WRITER), role, user("ana"), user("bob")) == expected
