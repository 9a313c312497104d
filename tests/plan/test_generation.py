"""Which actions the rules make: each holds with its rule, and does not with the rule switched off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from msgspec import Struct

from posture.estate.estate import Estate
from posture.plan import estate_plan
from posture.plan.board import Board
from posture.plan.classes import CLASSES
from posture.plan.generation import RULES
from posture.plan.rules import CONSTRAINING, FURTHER_RULES, SEED_RULES, TECHNICAL_RULES
from posture.settings import Limits, Settings
from tests.graph.small import estate
from tests.plan.given import Case

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
OLD = {"has_expires": False, "kind": "api-key", "rotated": NOW - timedelta(days=120), "exposure": "managed"}
RUNS = {"obtains": True, "runs_code": True, "kind": "function"}


def held(
    key: dict[str, Any], agent: dict[str, Any] | None = None, users: int = 1, classes: int = 4, **more: Any
) -> Estate:
    """One key that `users` agents hold through a tool each."""
    names = [f"a:{n}" for n in range(users)]
    return estate(
        *((name, "uses-tool", f"t:{name[2:]}") for name in names),
        *((f"t:{name[2:]}", "holds", "c:key") for name in names),
        ("c:key", "opens", "s:crm", classes),
        facts={
            **{name: agent or {} for name in names},
            **{f"t:{name[2:]}": {**RUNS, "effects": classes} for name in names},
            "c:key": {**OLD, **key},
            "s:crm": {"criticality": 4},
        },
        **more,
    )


def actions(board: Board) -> set[tuple[str, str]]:
    return {(one.cause.action, one.cause.key) for one in board.actions}


def has(action: str, key: str = "c:key") -> Callable[[Board], bool]:
    return lambda board: (action, key) in actions(board)


def lacks(action: str, key: str = "c:key") -> Callable[[Board], bool]:
    return lambda board: (action, key) not in actions(board)


def waits(action: str, needs: str) -> Callable[[Board], bool]:
    """Whether an action of one class waits for one of another."""

    def holds(board: Board) -> bool:
        classes = {one.id: one.cause.action for one in board.actions}
        return any(classes[need.action] == action and classes[need.needs] == needs for need in board.needs)

    return holds


class Ruled(Struct, frozen=True):
    """A rule of the catalogue, the word that switches it off, and an estate on which it shows."""

    number: str
    rule: str
    estate: Estate
    checks: tuple[str, ...]
    holds: Callable[[Board], bool]


def exposed(key: dict[str, Any], **more: Any) -> Estate:
    return held({"exposure": "internal", **key}, **more)


LOG_ONLY = [{"subject": "a:0", "kind": "request-policy", "mode": "log-only"}]
UNAPPROVED = [*LOG_ONLY, {"subject": "a:0", "kind": "approval", "mode": "enforce", "strength": "none"}]
FREE = {"selection": "free", "autonomy": "autonomous", "input": "open"}
APPROVAL = ("approval-tier-mismatch",)
POLICY = ("no-request-time-policy",)
EXCEPTED = [{"subject": "c:key", "kind": "exception", "author": "dana", "expires": NOW + timedelta(days=30)}]
MANY = Settings(limits=Limits(population=2))

RULED = (
    Ruled("PL-01", "contain-first", exposed({}, safeguards=LOG_ONLY), ("no-request-time-policy",),
          waits("enforce-policy", "contain")),
    Ruled("PL-02", "immediate", exposed({}), (), has("contain")),
    Ruled("PL-02", "immediate", held({}, users=2), (), has("rotate")),
    Ruled("PL-04", "eliminate", held({}), ("key-too-old",), has("replace")),
    Ruled("PL-05", "approve-last", held({}, FREE, safeguards=UNAPPROVED), (*APPROVAL, *POLICY),
          waits("require-approval", "enforce-policy")),
    Ruled("PL-06", "split-before-control", held({}, users=2, safeguards=LOG_ONLY), POLICY,
          waits("enforce-policy", "replace")),
    Ruled("PL-07", "isolate", held({"cannot_refresh": True}), (), has("isolate-exception")),
    Ruled("PL-07", "isolate", held({"can_federate": False}), (), lacks("replace")),
    Ruled("PL-08", "contain-at-once",
          estate(("c:key", "opens", "s:crm", 2),
                 facts={"c:key": {**OLD, "exposure": "internal"}, "s:crm": {"criticality": 4}}),
          (), lambda board: not waits("contain", "map-consumers")(board)),
    Ruled("PL-09", "set-up-first", held({}), (), waits("replace", "identity-platform")),
    Ruled("PL-12", "replace-before-approval",
          held({}, {**FREE, "role": "executor", "selection": "fixed"}, safeguards=UNAPPROVED), APPROVAL,
          waits("require-approval", "replace")),
    Ruled("PL-14", "map-consumers-first",
          estate(("c:key", "opens", "s:crm", 2), facts={"c:key": OLD, "s:crm": {"criticality": 4}}),
          ("key-too-old",), waits("rotate", "map-consumers")),
    Ruled("PL-15", "watched", held({}, decisions=EXCEPTED), (), has("watch-reuse")),
    Ruled("PL-16", "programme", held({}, users=3, settings=MANY), (), has("assign-owner", "every agent")),
    Ruled("PL-18", "nothing-to-rotate", held({"ttl": 3600, "has_expires": None}, users=2),
          ("shared-agent-role",), lacks("replace")),
    Ruled("PL-20", "nobody-needs-it",
          estate(("c:key", "authenticates", "i:gone"), ("i:gone", "may-act", "s:crm", 2),
                 facts={"c:key": {**OLD, "exposure": "internal"}, "i:gone": {"state": "retired"},
                        "s:crm": {"criticality": 4}}),
          (), has("decommission")),
    Ruled("one cause", "once-replaced", exposed({}), ("key-too-old",), lacks("rotate")),
)  # fmt: skip


class RuledPlan(Struct, frozen=True):
    """The same for rules that show in the finished plan, with a step of a class left out or with none."""

    number: str
    rule: str
    estate: Estate
    checks: tuple[str, ...]
    holds: Callable[[Case], bool]
    leave_out: str = ""

    def planned(self, *off: str) -> Case:
        case = Case(self.estate, *self.checks, off=off)
        if not self.leave_out:
            return case
        return Case(self.estate, *self.checks, off=off, without=[case.step(self.leave_out)["id"]])


def routes_of(case: Case, action: str) -> set[str]:
    """Routes whose entries the actions of a class change."""
    board, field = case.board(case.off)
    routes = {at: route for (route, _), at in field.number.items()}
    return {
        routes[entry]
        for one, change in zip(board.actions, board.changes, strict=True)
        if one.cause.action == action
        for entry in change.entries
    }


def left_by_approval(case: Case) -> float:
    """Share of the hijacked agents' risk that approvals leave."""
    board, field = case.board(case.off)
    at = next(n for n, one in enumerate(board.actions) if one.cause.action == "require-approval")
    hijacked = case.by_route()["hijacked-agent"]
    return 1 - board.risk(field).gains(0, [1 << at])[0] / 1_000_000 / hijacked


CHANGED = [{"subject": "c:key", "kind": "tool-change", "time": NOW - timedelta(days=2)}]
RULED_PLANS = (
    RuledPlan("PL-03", "both-kinds", exposed({}, safeguards=LOG_ONLY), POLICY,
              lambda case: any(one.startswith("one-sided plan: ") for one in case.plan.warnings),
              leave_out="enforce-policy"),
    RuledPlan("PL-10", "agents-only", exposed({}, agent=FREE, safeguards=UNAPPROVED), (*APPROVAL, *POLICY),
              lambda case: routes_of(case, "enforce-policy") == {"hijacked-agent"}),
    RuledPlan("PL-10", "agents-only", exposed({}, agent=FREE, safeguards=UNAPPROVED), (*APPROVAL, *POLICY),
              lambda case: routes_of(case, "require-approval") == {"hijacked-agent"}),
    RuledPlan("PL-11", "approve-by-class", held({}, FREE, classes=2, safeguards=UNAPPROVED), APPROVAL,
              lambda case: left_by_approval(case) == pytest.approx(0.5)),
    RuledPlan("PL-13", "changed-since", held({"rotated": NOW - timedelta(days=10)}, events=CHANGED),
              ("no-reissue-after-change",),
              lambda case: (case.step("rotate")["label"], case.step("rotate")["due"])
              == ("24 h", NOW + timedelta(hours=24))),
    RuledPlan("PL-17", "more-consumers-more-work", exposed({}, users=3), (),
              lambda case: case.step("contain")["effort"] == 3.0),
    RuledPlan("PL-17", "more-consumers-more-work", held({}, users=3), ("key-too-old",),
              lambda case: case.step("rotate")["effort"] == 6.0),
    RuledPlan("PL-19", "priced", exposed({}, agent=FREE, safeguards=LOG_ONLY), POLICY,
              lambda case: case.risk.premium is not None),
)  # fmt: skip


@pytest.mark.parametrize("ruled", RULED_PLANS, ids=lambda ruled: f"{ruled.number}-{ruled.rule}")
def test_the_rule_holds_in_the_plan_and_only_because_of_itself(ruled: RuledPlan) -> None:
    assert ruled.holds(ruled.planned())
    assert not ruled.holds(ruled.planned(ruled.rule))


def test_every_rule_of_the_catalogue_has_a_case_and_every_switch_too() -> None:
    cases = (*RULED, *RULED_PLANS)
    numbers = {ruled.number for ruled in cases if ruled.number.startswith("PL-")}
    assert numbers == {f"PL-{n:02}" for n in range(1, 21)}
    words = {*RULES, *SEED_RULES, *TECHNICAL_RULES, *FURTHER_RULES}
    assert {ruled.rule for ruled in cases} == words


@pytest.mark.parametrize("ruled", RULED, ids=lambda ruled: f"{ruled.number}-{ruled.rule}")
def test_the_rule_holds_and_only_because_of_itself(ruled: Ruled) -> None:
    case = Case(ruled.estate, *ruled.checks)
    assert ruled.holds(case.board()[0])
    assert not ruled.holds(case.board(off={ruled.rule})[0])


def test_pl_03_exposure_and_what_may_be_done_after_it_are_both_planned() -> None:
    case = Case(exposed({}, safeguards=LOG_ONLY), "no-request-time-policy")
    assert {"exposure", "post-authentication"} <= set(case.steps["failure_mode"])


def test_pl_04_rotation_leaves_findings_on_reuse_to_replacement() -> None:
    case = Case(held({"granularity": "app"}), "key-too-old", "reused-across-tasks")
    closing = case.plan.tables["step_findings"].join(
        case.steps.select(pl.col("id").alias("step"), "action"), on="step"
    )
    by_check = case.findings.select(pl.col("id").alias("finding"), "check").join(closing, on="finding")
    pairs = set(by_check.select("check", "action").iter_rows())
    assert pairs == {("key-too-old", "rotate"), ("reused-across-tasks", "just-in-time")}


def test_pl_08_containing_waits_for_nothing() -> None:
    board, _ = Case(exposed({}), "key-too-old").board()
    contain = next(one.id for one in board.actions if one.cause.action == "contain")
    assert [need for need in board.needs if need.action == contain] == []


@pytest.mark.parametrize(("classes", "left"), [(4, 0.2), (2, 0.5)])
def test_pl_11_approval_is_for_destroying_and_writing(classes: int, left: float) -> None:
    case = Case(held({}, FREE, classes=classes, safeguards=UNAPPROVED), *APPROVAL)
    board, field = case.board()
    residual = board.risk(field)
    at = next(n for n, one in enumerate(board.actions) if one.cause.action == "require-approval")
    hijacked = case.by_route()["hijacked-agent"]
    assert residual.gains(0, [1 << at]) == [round(hijacked * (1 - left) * 1_000_000)]


def test_pl_11_nobody_approves_routine_reading() -> None:
    case = Case(held({}, FREE, classes=1, safeguards=UNAPPROVED), *APPROVAL)
    assert "require-approval" not in case.steps["action"].to_list()


@pytest.mark.parametrize(("users", "contain", "rotate"), [(1, 2.0, 4.0), (3, 3.0, 6.0)])
def test_pl_17_effort_grows_with_consumers(users: int, contain: float, rotate: float) -> None:
    assert Case(exposed({}, users=users)).step("contain")["effort"] == contain
    assert Case(held({}, users=users), "key-too-old").step("rotate")["effort"] == rotate


def test_pl_18_a_subject_without_long_lived_credentials_starts_with_its_rights() -> None:
    case = Case(
        estate(
            ("t:run", "holds", "c:token"), ("a:bot", "uses-tool", "t:run"),
            ("c:token", "authenticates", "i:role"), ("i:role", "may-act", "x:prod:control-plane", 16),
            facts={
                "a:bot": FREE, "t:run": RUNS, "i:role": {"scope": "x:prod"},
                "c:token": {"kind": "workload-token", "ttl": 3600, "exposure": "managed"},
                "x:prod:control-plane": {"criticality": 5, "scope": "x:prod"},
            },
        ),
        "admin-wildcard", "free-tool-selection",
    )  # fmt: skip
    assert {"contain", "rotate", "replace"} & set(case.steps["action"]) == set()
    assert case.classes()[0] in CONSTRAINING


def test_pl_19_the_premium_is_what_the_rules_of_order_cost() -> None:
    given = exposed({}, agent={**FREE}, safeguards=LOG_ONLY)
    case = Case(given, "no-request-time-policy")
    hours = {row["id"]: row["effort"] for row in case.steps.iter_rows(named=True)}
    ordered = case.steps.filter(pl.col("lane") == "order").sort("n")
    before, area = case.risk.total, 0.0
    for row in ordered.iter_rows(named=True):
        area += hours[row["id"]] * before
        before = row["risk_after"]
    assert case.risk.area == pytest.approx(area)
    assert case.risk.premium is not None
    assert case.risk.premium >= 0


def test_pl_19_a_premium_that_is_not_computed_is_not_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estate_plan, "MOST_PRICED", 0)
    given = exposed({}, agent={**FREE}, safeguards=LOG_ONLY)
    assert Case(given, "no-request-time-policy").risk.premium is None


def test_every_action_is_of_a_known_class_and_no_id_stands_twice() -> None:
    for ruled in RULED:
        board, _ = Case(ruled.estate, *ruled.checks).board()
        assert {one.cause.action for one in board.actions} <= set(CLASSES)
        assert len({one.id for one in board.actions}) == len(board.actions)
