"""Trying one step says what planning everything anew says."""

from __future__ import annotations

import re

import pytest

from posture.model.errors import InputError, UsageError
from posture.plan.what_if import Left, WhatIf
from tests.plan.given import Case
from tests.plan.test_generation import RULED, Ruled


def tried(case: Case) -> WhatIf:
    return WhatIf.of(case.view, case.answers.graph, case.findings, case.checks, case.steps)


@pytest.mark.parametrize("ruled", RULED, ids=lambda ruled: f"{ruled.number}-{ruled.rule}")
def test_leaving_a_step_out_is_planning_without_it(ruled: Ruled) -> None:
    case = Case(ruled.estate, *ruled.checks)
    what_if = tried(case)
    assert what_if.now.risk == pytest.approx(case.risk.total, abs=1e-9)
    assert what_if.planned.risk == pytest.approx(case.risk.floor, abs=1e-9)
    for id_ in case.steps["id"]:
        if refused := what_if.refused([id_]):
            with pytest.raises(InputError, match=re.escape(refused)):
                Case(ruled.estate, *ruled.checks, without=[id_])
            continue
        anew = Case(ruled.estate, *ruled.checks, without=[id_])
        assert what_if.without([id_]).risk == pytest.approx(anew.risk.floor, abs=1e-9)
        assert what_if.one_sided([id_]) == anew.plan.warnings


@pytest.mark.parametrize("ruled", RULED, ids=lambda ruled: f"{ruled.number}-{ruled.rule}")
def test_the_curve_is_what_each_set_of_steps_leaves(ruled: Ruled) -> None:
    case = Case(ruled.estate, *ruled.checks)
    what_if = tried(case)
    assert what_if.burn() == case.risk.burn
    ordered = case.steps.filter(case.steps["lane"] == "order").sort("n")
    effort = dict(zip(ordered["id"], ordered["effort"], strict=True))
    for out in effort:
        done: list[str] = []
        expected = [(0.0, case.risk.total)]
        for id_ in effort:
            if id_ != out:
                done.append(id_)
                expected.append((sum(effort[one] for one in done), what_if.doing(done).risk))
        assert what_if.burn([out]) == tuple(expected)


def test_doing_nothing_is_now_and_an_unknown_step_is_named() -> None:
    case = Case(RULED[0].estate, *RULED[0].checks)
    what_if = tried(case)
    assert what_if.doing([]) == what_if.now
    assert what_if.without(case.steps["id"].to_list()) == what_if.now
    assert what_if.now == Left(case.risk.total, case.plan.tables["paths"].height, 1)
    with pytest.raises(UsageError, match="x: is no step of this plan"):
        what_if.doing(["x"])
