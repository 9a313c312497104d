"""Principals that nothing tells apart are worked out together, and each gets what it would get alone."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from posture.access.aws.account import Account, Group, Landscape, Principal, Workload
from posture.access.aws.actor import Actor
from posture.access.aws.alike import Alike
from posture.access.aws.compile import IDENTITY, RESOURCE, compile_policy
from posture.access.aws.decision import Attached
from posture.access.aws.escalate import Escalation
from posture.access.aws.found import find
from tests.access.aws.policies import HOME, Json, conditions, level

IAM = f"arn:aws:iam::{HOME}"
ACTIONS = [
    "*",
    "iam:*",
    "iam:AddUserToGroup",
    "iam:*Group*",
    "iam:*AccessKey",
    "iam:Put*Policy",
    "iam:Attach*Policy",
    "iam:*Boundary",
    "iam:CreatePolicyVersion",
    "iam:SetDefaultPolicyVersion",
    "iam:*AssumeRole*",
    "iam:PassRole",
    "lambda:*",
    "lambda:UpdateFunctionCode",
    "s3:Get*",
    "sts:AssumeRole",
]
RESOURCES = [
    *("*", "*", "*", "*", "*", "*"),
    f"{IAM}:user/*",
    f"{IAM}:user/u1",
    f"{IAM}:role/r*",
    f"{IAM}:role/boss",
    f"{IAM}:group/g*",
    f"{IAM}:policy/own-1",
    f"{IAM}:user/${{aws:username}}",
    "arn:aws:s3:::ledger/*",
]
CONDITIONS = [
    {"StringEquals": {"iam:ResourceTag/box": "ops"}},
    {"ArnLike": {"aws:PrincipalArn": f"{IAM}:user/u*"}},
    {"ArnEquals": {"iam:PolicyARN": f"{IAM}:policy/own-1"}},
    {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
]
TRUSTED = [
    *[{"AWS": f"{IAM}:root"}] * 4,
    {"AWS": f"{IAM}:root"},
    {"AWS": f"{IAM}:user/u1"},
    {"AWS": "*"},
    {"Service": "lambda.amazonaws.com"},
]


@st.composite
def statements(draw: st.DrawFn) -> Json:
    made: Json = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Allow", "Allow", "Deny"]))}
    if draw(st.booleans()):
        made["Sid"] = draw(st.sampled_from(["One", "One", "Two", "\0000\0"]))
    made["Action"] = draw(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3))
    inverse = draw(st.sampled_from(["", "", "", "", "Not"]))
    made[inverse + "Resource"] = draw(st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2))
    nothing: st.SearchStrategy[Json] = st.just({})
    tested = draw(st.one_of(nothing, nothing, nothing, nothing, st.sampled_from(CONDITIONS), conditions()))
    return {**made, "Condition": tested} if tested else made


documents = st.lists(statements(), min_size=1, max_size=2)


@st.composite
def trusts(draw: st.DrawFn) -> list[Json]:
    statement: Json = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    statement["Principal"] = draw(st.sampled_from(TRUSTED))
    tested = draw(st.one_of(*[st.just({})] * 6, st.sampled_from(CONDITIONS[:2])))
    return [{**statement, "Condition": tested} if tested else statement]


def attached(name: str, text: list[Json], arn: str = "", group: str = "") -> Attached:
    return Attached(name, compile_policy({"Version": "2012-10-17", "Statement": text}, IDENTITY), arn, group)


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    """Users and roles of two makes each, under policies with names of their own or with the same ones."""
    first, second = draw(documents), draw(documents)
    groups = tuple(
        Group(f"{IAM}:group/{name}", HOME, (attached(draw(st.sampled_from(["own", name])), second),))
        for name in ("g1", "g2", "h")
    )
    limit = draw(st.one_of(st.none(), st.none(), documents.map(level)))
    apart = draw(st.booleans())
    makes = [
        (draw(st.booleans()), draw(st.booleans()), draw(st.sampled_from([{}, None, {"box": "ops"}])))
        for _ in range(2)
    ]
    principals = []
    for number in range(1, 9):
        kind = "user" if number < 5 else "role"
        managed, limited, tags = makes[number % 2]
        own = f"own-{number}" if apart else "own"
        policies = [attached(own, first, f"{IAM}:policy/own-{number}" if managed else "")]
        if limited:
            policies.append(attached("second", second, "arn:aws:iam::aws:policy/second"))
        joined = groups[number % 2 : 1 + number % 3] if kind == "user" and limited else ()
        policies += [replace(p, group=group.arn) for group in joined for p in group.policies]
        principals.append(
            Principal(
                f"{IAM}:{kind}/{kind[0]}{number}",
                HOME,
                kind,
                tuple(policies),
                limit if limited else None,
                level(draw(trusts()), RESOURCE) if kind == "role" else None,
                tags,
                tuple(group.arn for group in joined),
                *((draw(st.booleans()), draw(st.integers(0, 2))) if kind == "user" else ()),
            )
        )
    boss = Principal(f"{IAM}:role/boss", HOME, "role", level([ALL]), trust=level(draw(trusts()), RESOURCE))
    works = (Workload(f"arn:aws:lambda:us-east-1:{HOME}:function:f", f"{IAM}:role/r5", True),)
    return Account(
        HOME,
        (*principals, boss),
        groups,
        draw(st.sampled_from([{}, {"lambda:function": works}])),
        versions={
            f"{IAM}:policy/own-{n}": (compile_policy({"Statement": [ALL]}),)
            for n in draw(st.sampled_from([(), (1, 3)]))
        },
        scps=draw(st.one_of(st.none(), st.none(), st.builds(lambda one: (level(one),), documents))),
    )


ALL: Json = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@settings(derandomize=True, max_examples=150, deadline=None, database=None)
@given(accounts())
def test_each_of_those_that_are_alike_gets_what_it_would_get_alone(account: Account) -> None:
    landscape = Landscape({HOME: account})
    escalation = Escalation(landscape)
    alike = Alike(landscape, escalation)

    for principal in account.principals:
        assert alike.of(principal) == find(Actor(principal, account), escalation), principal.arn


def allow(action: str, on: str = "*", **more: Json) -> Json:
    return {"Effect": "Allow", "Action": action, "Resource": on, **more}


def administrators(*users: Principal, groups: tuple[Group, ...] = ()) -> list[str]:
    """Which of `users`, by name, administer their account or surely can."""
    landscape = Landscape({HOME: Account(HOME, users, groups)})
    alike = Alike(landscape, Escalation(landscape))
    return [user.name for user in users if alike.of(user).administers()]


def user(name: str, *policies: Attached, **more: Any) -> Principal:
    return Principal(f"{IAM}:user/{name}", HOME, "user", policies, tags={}, **more)


def test_whose_group_is_pointed_at_is_not_like_those_of_other_groups() -> None:
    writing = attached("own", [allow("iam:PutGroupPolicy", f"{IAM}:group/ops")])
    groups = {name: (f"{IAM}:group/{name}",) for name in ("ops", "dev")}

    found = administrators(
        *(user(name, writing, groups=groups["ops"]) for name in ("ana", "bob")),
        *(user(name, writing, groups=groups["dev"]) for name in ("eve", "kim")),
    )

    assert found == ["ana", "bob"]


def test_what_a_group_lets_one_member_do_is_nothing_to_the_others_that_may_join() -> None:
    joining = attached("own", [allow("iam:AddUserToGroup")])
    condition = {"ArnEquals": {"aws:PrincipalArn": f"{IAM}:user/ana"}}
    ops = Group(f"{IAM}:group/ops", HOME, (attached("for ana", [allow("*", Condition=condition)]),))

    assert administrators(user("ana", joining), user("bob", joining), groups=(ops,)) == ["ana"]
    assert administrators(user("bob", joining), user("ana", joining), groups=(ops,)) == ["ana"]


def test_limits_and_tags_are_part_of_what_makes_principals_alike() -> None:
    everything = attached("own", [allow("*", Condition={"StringEquals": {"aws:PrincipalTag/box": "ops"}})])
    reading = level([allow("s3:Get*")])
    tagged = [replace(user(name, everything), tags={"box": "ops"}) for name in ("ana", "bob", "eve")]

    assert administrators(user("kim", everything), replace(tagged[2], boundary=reading), *tagged[:2]) == [
        "ana",
        "bob",
    ]


def test_reasons_name_the_policies_of_each_by_their_own_names() -> None:
    ana, bob = (user(name, attached(f"{name}s", [allow("s3:Get*")])) for name in ("ana", "bob"))
    landscape = Landscape({HOME: Account(HOME, (ana, bob))})
    alike = Alike(landscape, Escalation(landscape))

    reasons = [[*grant.because] for one in (ana, bob) for grant in alike.of(one).grants]

    assert reasons == [["anas / statement 0"], ["bobs / statement 0"]]


def test_whom_an_organisation_exempts_by_name_is_not_like_the_others() -> None:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sts:*",
        "Resource": "*",
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": f"{IAM}:user/ana"}},
    }
    trusting = level([{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}], RESOURCE)
    boss = Principal(f"{IAM}:role/boss", HOME, "role", level([ALL]), trust=trusting)
    taking = attached("own", [allow("sts:AssumeRole")])
    users = [user(name, taking) for name in ("ana", "bob", "eve")]
    landscape = Landscape({HOME: Account(HOME, (*users, boss), rcps=(level([statement], RESOURCE),))})
    alike = Alike(landscape, Escalation(landscape))

    assert [bool(alike.of(one).gains) for one in users] == [True, False, False]


def test_a_policy_of_a_group_that_is_called_like_a_number_stops_nothing() -> None:
    joining = attached("own", [allow("iam:AddUserToGroup")])
    passing = attached("\0007\0", [allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"])])
    ops = Group(f"{IAM}:group/ops", HOME, (passing,))
    service = {"Service": "lambda.amazonaws.com"}
    trusting = level([{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": service}], RESOURCE)
    press = Principal(f"{IAM}:role/press", HOME, "role", level([allow("s3:Get*")]), trust=trusting)
    account = Account(HOME, (user("ana", joining), user("bob", joining), press), (ops,))
    landscape = Landscape({HOME: account})
    escalation = Escalation(landscape)
    alike = Alike(landscape, escalation)

    for one in account.users:
        found = alike.of(one)
        assert found == find(Actor(one, account), escalation)
        assert any("\0007\0 / statement 0" in gain.held.because for gain in found.gains)
