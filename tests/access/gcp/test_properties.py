"""Laws that hold for every estate of Google Cloud: what may only narrow never widens, and order never
matters."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.access.gcp.resolve import resolve
from posture.access.resolved import Resolved
from tests.access.gcp.small import AWAY, DANA, FOLDER, LAB, ORG, OTHER, PROD, TARGET, estate

known = settings(derandomize=True, max_examples=60, deadline=None, database=None)

GROUP, ZOE = "group:crew@corp.example", "user:zoe@corp.example"
WHO = [DANA, ZOE, GROUP, TARGET, OTHER, AWAY]
NODES = [ORG, FOLDER, PROD, LAB, TARGET, OTHER, AWAY]
HELD = {
    "delegate": ["iam.serviceAccounts.implicitDelegation"],
    "token": ["iam.serviceAccounts.getAccessToken", "iam.serviceAccounts.actAs"],
    "deploy": ["run.services.create", "run.routes.invoke", "cloudbuild.builds.create"],
    "policy": ["resourcemanager.projects.setIamPolicy"],
    "roles": ["iam.roles.update"],
    "data": ["storage.objects.get", "storage.objects.delete"],
    "folders": ["resourcemanager.folders.setIamPolicy"],
}
ROLES = {f"organizations/7/roles/{name}": held for name, held in HELD.items()}
EVERY = sorted({one for held in HELD.values() for one in held})
CONDITIONS = [
    'request.time < timestamp("2030-01-01T00:00:00Z")',
    'request.time < timestamp("2020-01-01T00:00:00Z")',
    "resource.matchTag('7/env', 'prod')",
    'resource.type == "iam.googleapis.com/ServiceAccount"',
    'resource.type != "storage.googleapis.com/Bucket"',
    "broken(",
]
Binding = tuple[Any, ...]
Rule = tuple[str, dict[str, Any]]


CHAIN = [
    (TARGET, "organizations/7/roles/delegate", [DANA]),
    (OTHER, "organizations/7/roles/delegate", [TARGET]),
    (TARGET, "organizations/7/roles/delegate", [OTHER]),
    (AWAY, "organizations/7/roles/token", [OTHER]),
    (PROD, "organizations/7/roles/token", [GROUP]),
    (PROD, "organizations/7/roles/deploy", [ZOE]),
]
"""What chance alone would seldom join."""


@st.composite
def bindings(draw: st.DrawFn, condition: bool | None = None) -> Binding:
    one = (
        draw(st.sampled_from(NODES)),
        draw(st.sampled_from(sorted(ROLES))),
        draw(st.lists(st.sampled_from(WHO), min_size=1, max_size=2, unique=True)),
    )
    plain = draw(st.sampled_from([one, *CHAIN]))
    limited = draw(st.sampled_from([False, False, True])) if condition is None else condition
    return (*plain, draw(st.sampled_from(CONDITIONS))) if limited else plain


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    def named(who: str) -> str:
        kind, _, name = who.partition(":")
        return {
            "user": f"principal://goog/subject/{name}",
            "group": f"principalSet://goog/group/{name}",
            "serviceAccount": f"principal://iam.googleapis.com/projects/-/serviceAccounts/{name}",
        }[kind]

    denied = st.sampled_from(["principalSet://goog/public:all", *(named(one) for one in WHO)])
    permission = draw(st.sampled_from(EVERY))
    service, _, rest = permission.partition(".")
    host = {"resourcemanager": "cloudresourcemanager"}.get(service, service)
    rule: dict[str, Any] = {
        "deniedPrincipals": [draw(denied)],
        "deniedPermissions": [f"{host}.googleapis.com/{rest}"],
    }
    if draw(st.sampled_from([False, False, True])):
        rule["exceptionPrincipals"] = [draw(denied)]
    if draw(st.sampled_from([False, False, True])):
        rule["denialCondition"] = {"expression": draw(st.sampled_from(CONDITIONS[:3]))}
    return draw(st.sampled_from([ORG, FOLDER, PROD, LAB])), rule


several = st.lists(bindings(), min_size=1, max_size=5)
denies = st.lists(rules(), max_size=2)


@st.composite
def one_more(draw: st.DrawFn) -> tuple[list[Binding], Binding]:
    """Some roles and one more without a condition: by chance, or the step that a chain lacks."""
    if draw(st.booleans()):
        return draw(several), draw(bindings(condition=False))
    lacking = draw(st.sampled_from(CHAIN))
    return [one for one in CHAIN if one != lacking] + draw(several)[:1], lacking


def asked(held: list[Binding], denied: list[Rule]) -> Resolved:
    zoe = {"key": ZOE, "scope": ORG, "kind": "user"}
    given_ = estate(*held, denies=denied, roles=ROLES, groups={GROUP: [ZOE]}, identities=[zoe])
    return resolve(given_, complete=True)


def reach(found: Resolved, certain: bool) -> dict[str, set[str]]:
    """Whom each of them comes to act as and what it comes to administer, by however many steps."""
    steps: dict[str, set[str]] = {ZOE: {GROUP}}
    columns = ("kind", "from", "to", "classes", "certain")
    for kind, start, to, classes, sure in found.links.select(columns).iter_rows():
        administers = kind == "may-act" and (classes or 0) & 16 and to.endswith(":control-plane")
        if (sure or not certain) and (kind in ("may-become", "contains") or administers):
            steps.setdefault(start, set()).add(to)
    for scope, below in BELOW.items():
        steps.setdefault(f"{scope}:control-plane", set()).update(below)
    return {start: _closure(start, steps) for start in WHO}


BELOW = {
    ORG: {f"{FOLDER}:control-plane", f"{LAB}:control-plane"},
    FOLDER: {f"{PROD}:control-plane"},
    PROD: {TARGET, OTHER},
    LAB: {AWAY},
}


def _closure(start: str, steps: dict[str, set[str]]) -> set[str]:
    met, waiting = {start}, [start]
    while waiting:
        for to in steps.get(waiting.pop(), set()) - met:
            met.add(to)
            waiting.append(to)
    return {one for one in met if ":identities:" not in one}


def within(less: Resolved, more: Resolved) -> bool:
    return all(
        reach(less, certain)[start] <= reach(more, certain)[start]
        for certain in (True, False)
        for start in WHO
    )


@known
@given(several, denies, rules())
def test_an_added_deny_never_widens(held: list[Binding], denied: list[Rule], more: Rule) -> None:
    assert within(asked(held, [*denied, more]), asked(held, denied))


@known
@given(several, denies, bindings())
def test_an_added_role_never_narrows(held: list[Binding], denied: list[Rule], more: Binding) -> None:
    assert within(asked(held, denied), asked([*held, more], denied))


@known
@given(one_more(), denies, st.sampled_from(CONDITIONS))
def test_a_condition_never_widens(
    roles: tuple[list[Binding], Binding], denied: list[Rule], condition: str
) -> None:
    held, more = roles

    assert within(asked([*held, (*more, condition)], denied), asked([*held, more], denied))


@known
@given(one_more(), denies, st.sampled_from([CONDITIONS[2], CONDITIONS[5]]))
def test_what_nobody_can_answer_makes_nothing_certain(
    roles: tuple[list[Binding], Binding], denied: list[Rule], condition: str
) -> None:
    held, more = roles
    with_it, without = asked([*held, (*more, condition)], denied), asked(held, denied)

    assert reach(with_it, True) == reach(without, True)


@known
@given(several, denies, st.randoms(use_true_random=False))
def test_neither_order_nor_case_matters(held: list[Binding], denied: list[Rule], chance: Any) -> None:
    other = [(node, role, [_shouted(one) for one in reversed(who)], *rest) for node, role, who, *rest in held]
    chance.shuffle(other)
    first, second = asked(held, denied), asked(other, denied[::-1])

    assert [reach(first, sure) for sure in (True, False)] == [reach(second, sure) for sure in (True, False)]


def _shouted(member: str) -> str:
    kind, _, name = member.partition(":")
    return f"{kind}:{name.upper()}"


@known
@given(several, st.sampled_from(WHO), st.sampled_from(NODES))
def test_a_role_that_nobody_knows_is_always_told(held: list[Binding], who: str, node: str) -> None:
    unknown = "roles/from.tomorrow"
    told = asked([*held, (node, unknown, [who])], []).coverage.filter(pl.col("state") != "complete")

    assert any(unknown in why for why in told["why"])
