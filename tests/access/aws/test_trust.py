"""Who may assume a role: what a trust says of its caller, and what the caller chooses or writes itself."""

from __future__ import annotations

from typing import Any

import pytest

from posture.access.aws.account import Principal
from posture.access.aws.compile import RESOURCE
from tests.access.aws.test_escalation import EVERYTHING, IAM, ROOT, allow, gains_of, policy, role, trust, user

ASSUME = policy("own", allow("sts:AssumeRole"))


def conditioned(**condition: Any) -> Principal:
    statement = {"Effect": "Allow", "Principal": ROOT, "Action": "sts:AssumeRole", "Condition": condition}
    return role("boss", (EVERYTHING,), (policy("trust", statement, grammar=RESOURCE),))


def assumed(actor: Principal, *others: Principal) -> list[tuple[str, bool]]:
    return [(t.name, g.certain) for g in gains_of(actor, *others) if g.method == "sts-001" for t in g.to]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("${aws:username}", [("boss", True)]), ("ana-*", [("boss", True)]), ("${aws:PrincipalTag/none}", [])],
)
def test_a_session_name_is_chosen_to_fit_the_caller(wanted: str, expected: list[tuple[str, bool]]) -> None:
    boss = conditioned(StringLike={"sts:RoleSessionName": wanted})

    assert assumed(user("ana", (ASSUME,)), boss) == expected


def test_a_role_whose_session_is_named_comes_under_that_name() -> None:
    session = f"{IAM.replace(':iam:', ':sts:')}assumed-role/mid/night"
    boss = role("boss", (EVERYTHING,), trust({"AWS": session}))

    assert assumed(role("mid"), boss) == [("boss", True)]
    assert assumed(role("other", (ASSUME,)), boss) == []
    assert assumed(user("mid", (ASSUME,)), boss) == []


@pytest.mark.parametrize(
    ("own", "of_role", "expected"),
    [
        ({"team": "ops"}, {"team": "ops"}, [("boss", True)]),
        ({"team": "ops"}, {"team": "dev"}, []),
        ({"team": "ops"}, {}, []),
        ({}, {"team": "ops"}, []),
    ],
)
def test_tags_of_both_sides_are_known(
    own: dict[str, str], of_role: dict[str, str], expected: list[tuple[str, bool]]
) -> None:
    condition = {"StringEquals": {"iam:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    actor = Principal(
        f"{IAM}user/ana",
        "111122223333",
        "user",
        (policy("own", allow("sts:AssumeRole", Condition=condition)),),
        tags=own,
    )
    boss = Principal(
        f"{IAM}role/boss", "111122223333", "role", (EVERYTHING,), trust=trust(ROOT), tags=of_role
    )

    assert assumed(actor, boss) == expected


def test_whoever_writes_the_tags_that_a_trust_asks_for_may_come() -> None:
    boss = conditioned(StringEquals={"aws:PrincipalTag/team": "ops"})
    tagging = policy("tagging", allow("iam:TagUser", on=f"{IAM}user/ana"))
    elsewhere = policy("tagging", allow("iam:TagUser", on=f"{IAM}user/bob"))

    assert assumed(user("ana", (ASSUME, tagging)), boss) == [("boss", False)]
    assert assumed(user("ana", (ASSUME, elsewhere)), boss) == []


def test_whoever_writes_the_tags_of_a_role_may_open_it_to_itself() -> None:
    condition = {"StringEquals": {"aws:ResourceTag/open": "yes"}}
    own = policy("own", allow("sts:AssumeRole", Condition=condition))
    boss = role("boss", (EVERYTHING,), trust(ROOT))

    assert assumed(user("ana", (own, policy("tagging", allow("iam:TagRole")))), boss) == [("boss", False)]
    assert assumed(user("ana", (own,)), boss) == []
