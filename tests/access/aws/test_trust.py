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

    assert assumed(user("ana", (ASSUME, tagging)), boss) == [("boss", True)]
    assert assumed(user("ana", (ASSUME, elsewhere)), boss) == []


@pytest.mark.parametrize(
    ("value", "expected"), [("ops", [("boss", True)]), ("o*", [("boss", True)]), ("other", [])]
)
def test_only_the_values_that_it_may_write_count(value: str, expected: list[tuple[str, bool]]) -> None:
    boss = conditioned(StringEquals={"aws:PrincipalTag/team": "ops"})
    written = {"StringLike": {"aws:RequestTag/team": value}}

    assert (
        assumed(user("ana", (ASSUME, policy("tag", allow("iam:TagUser", Condition=written)))), boss)
        == expected
    )


def test_tags_that_no_single_value_settles_stay_open() -> None:
    boss = conditioned(StringNotEquals={"aws:PrincipalTag/team": "ops"})
    ana = Principal(
        f"{IAM}user/ana",
        "111122223333",
        "user",
        (ASSUME, policy("tag", allow("iam:TagUser"))),
        tags={"team": "ops"},
    )

    assert assumed(ana, boss) == [("boss", False)]


def test_one_s_own_tag_is_written_to_equal_the_role_s() -> None:
    condition = {"StringEquals": {"iam:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    own = policy("own", allow("sts:AssumeRole", Condition=condition), allow("iam:TagUser"))
    boss = Principal(
        f"{IAM}role/boss", "111122223333", "role", (EVERYTHING,), trust=trust(ROOT), tags={"team": "ops"}
    )

    assert assumed(user("ana", (own,)), boss) == [("boss", True)]


def test_whoever_writes_the_tags_of_a_role_may_open_it_to_itself() -> None:
    condition = {"StringEquals": {"aws:ResourceTag/open": "yes"}}
    own = policy("own", allow("sts:AssumeRole", Condition=condition))
    boss = role("boss", (EVERYTHING,), trust(ROOT))

    assert assumed(user("ana", (own, policy("tagging", allow("iam:TagRole")))), boss) == [("boss", True)]
    assert assumed(user("ana", (own,)), boss) == []


TAGS = {"StringEquals": {"aws:RequestTag/team": "ops"}}
SOURCE = {"StringLike": {"sts:SourceIdentity": "${aws:username}"}}


@pytest.mark.parametrize(
    ("condition", "own", "let_in", "expected"),
    [
        (TAGS, "sts:TagSession", ["sts:AssumeRole", "sts:TagSession"], True),
        (TAGS, "sts:TagSession", ["sts:AssumeRole"], False),
        (TAGS, "iam:GetUser", ["sts:AssumeRole", "sts:TagSession"], False),
        (TAGS, "sts:SetSourceIdentity", ["sts:*"], False),
        (SOURCE, "sts:SetSourceIdentity", ["sts:AssumeRole", "sts:SetSourceIdentity"], True),
        (SOURCE, "sts:SetSourceIdentity", ["sts:AssumeRole"], False),
        (SOURCE, "sts:TagSession", ["sts:*"], False),
        ({"StringNotEquals": {"aws:RequestTag/team": "dev"}}, "iam:GetUser", ["sts:AssumeRole"], True),
        ({"StringEqualsIfExists": {"sts:SourceIdentity": "eve"}}, "iam:GetUser", ["sts:AssumeRole"], True),
        ({"StringEquals": {"sts:ExternalId": "agreed"}}, "iam:GetUser", ["sts:AssumeRole"], True),
    ],
)
def test_what_one_says_of_a_session_takes_a_permission_on_both_sides(
    condition: dict[str, Any], own: str, let_in: list[str], expected: bool
) -> None:
    statement = {"Effect": "Allow", "Principal": ROOT, "Action": let_in, "Condition": condition}
    boss = role("boss", (EVERYTHING,), (policy("trust", statement, grammar=RESOURCE),))
    ana = user("ana", (policy("own", allow("sts:AssumeRole", own)),))

    assert assumed(ana, boss) == ([("boss", True)] if expected else [])


DIRECT = {"AWS": f"{IAM}user/ana"}
NARROW = policy("narrow", allow("s3:*"))
REFUSED = policy("refused", {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*"})


def said(principal: Any, effect: str = "Allow", element: str = "Principal", **condition: Any) -> Any:
    made = {"Effect": effect, element: principal, "Action": "sts:AssumeRole"}
    return {**made, "Condition": condition} if condition else made


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([said({"AWS": "*"}, ArnLike={"aws:PrincipalArn": f"{IAM}user/a*"})], True),
        ([said({"AWS": "*"}, ArnLike={"aws:PrincipalArn": f"{IAM}user/b*"})], False),
        ([said({"AWS": "*"}, StringEquals={"aws:PrincipalOrgID": "o-1"})], True),
        ([said({"AWS": "*"}, StringEquals={"aws:PrincipalOrgID": "o-2"})], False),
        ([said({"AWS": "*"}, StringEquals={"aws:PrincipalAccount": "222222222222"})], False),
        ([said(ROOT), said(DIRECT, "Deny")], False),
        ([said(ROOT), said({"AWS": [f"{IAM}user/bob", f"{IAM}root"]}, "Deny", "NotPrincipal")], False),
        ([said(ROOT), said({"AWS": [f"{IAM}user/ana", f"{IAM}root"]}, "Deny", "NotPrincipal")], True),
        ([said({"AWS": f"{IAM}user/bob"}, element="NotPrincipal")], True),
        ([said({"AWS": "AIDAQ3EGUTFVBFAKED01"})], False),
        ([said(ROOT, StringEquals={"aws:PrincipalType": "AssumedRole"})], False),
    ],
)
def test_a_trust_by_conditions_and_denies(statements: list[Any], expected: bool) -> None:
    boss = role("boss", (EVERYTHING,), (policy("trust", *statements, grammar=RESOURCE),))
    found = gains_of(user("ana", (ASSUME,)), boss, organisation="o-1")

    assert ("sts-001" in {g.method for g in found if g.certain}) is expected


def test_a_boundary_binds_a_role_that_a_trust_names_and_no_user_that_it_names() -> None:
    by_role = role("boss", (EVERYTHING,), trust({"AWS": f"{IAM}role/mid"}))
    by_user = role("boss", (EVERYTHING,), trust(DIRECT))

    assert assumed(role("mid", boundary=(NARROW,)), by_role) == []
    assert assumed(role("mid"), by_role) == [("boss", True)]
    assert assumed(user("ana", boundary=(NARROW,)), by_user) == [("boss", True)]
    assert assumed(user("ana", (REFUSED,)), by_user) == []


def test_no_role_gains_itself() -> None:
    assert assumed(role("me", (ASSUME,), trust({"AWS": f"{IAM}role/me"}))) == []


CREATE = policy("own", allow("states:CreateStateMachine", "states:StartExecution", "iam:PassRole"))


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("states.amazonaws.com", True),
        ("states.eu-south-1.amazonaws.com", True),
        ("states.cn-north-1.amazonaws.com.cn", True),
        ("lambda.amazonaws.com", False),
        ("edge.states.amazonaws.com", False),
    ],
)
def test_a_service_goes_by_the_name_of_a_region_too(service: str, expected: bool) -> None:
    found = gains_of(user("ana", (CREATE,)), role("boss", (EVERYTHING,), trust({"Service": service})))

    assert ("stepfunctions-001" in {g.method for g in found if g.certain}) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, False),
        ({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"},
          "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}, True),
    ],
)  # fmt: skip
def test_a_resource_control_policy_binds_services_too(condition: dict[str, Any], expected: bool) -> None:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sts:*", "Resource": "*"}
    rcps = ((policy("limit", {**deny, "Condition": condition} if condition else deny, grammar=RESOURCE),),)
    boss = role("boss", (EVERYTHING,), trust({"Service": "states.amazonaws.com"}))
    found = gains_of(user("ana", (CREATE,)), boss, rcps=rcps)

    assert ("stepfunctions-001" in {g.method for g in found if g.certain}) is expected


@pytest.mark.parametrize(("source", "expected"), [("111122223333", ["boss"]), ("444455556666", [])])
def test_a_service_takes_a_role_for_the_account_that_sets_it_up(source: str, expected: list[str]) -> None:
    own = policy("own", allow("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"))
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": source}},
    }
    boss = role("boss", (EVERYTHING,), (policy("trust", statement, grammar=RESOURCE),))

    assert [to.name for gain in gains_of(user("ana", (own,)), boss) for to in gain.to] == expected
