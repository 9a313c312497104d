"""What moving actions alone reaches on random instances, measured against the exact optimum."""

from __future__ import annotations

import pytest

from posture.plan.fixed import FixedAtoms
from posture.plan.order import order
from posture.plan.precedence import Precedence, Task, members
from posture.plan.refine import refined

from .drawn import instance, problem
from .exhaustive import area, least_area

DRAWN = 240


def test_moves_come_close_to_the_optimum() -> None:
    ratios = []
    for seed in range(DRAWN):
        drawn = instance(seed)
        precedence, residual, wanted = problem(drawn)
        found = order(precedence, residual, wanted)
        better = refined(precedence, residual, found)
        assert precedence.allows(better)
        assert sorted(better) == list(members(wanted))
        names = [precedence.tasks[at].id for at in better]
        best = least_area(drawn, names)
        if best:
            ratios.append(area(drawn, names) / best)
    ratios.sort()
    assert ratios[-1] <= 1.05
    assert ratios[round(0.99 * len(ratios))] <= 1.02


def test_single_moves_get_stuck_where_a_family_moves_on(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = instance(785)
    precedence, residual, wanted = problem(drawn)
    names = [task.id for task in precedence.tasks]
    found = order(precedence, residual, wanted)
    whole = area(drawn, [names[at] for at in refined(precedence, residual, found)])
    assert whole == pytest.approx(least_area(drawn, [names[at] for at in found]))
    monkeypatch.setattr("posture.plan.refine.LONGEST_FOR_FAMILIES", 0)
    assert area(drawn, [names[at] for at in refined(precedence, residual, found)]) > 1.05 * whole


def test_stages_hold_while_moving() -> None:
    precedence = Precedence([Task("a", 9, stage=0), Task("b", 1, stage=1)])
    residual = FixedAtoms({"p": 1, "q": 9}, [{"p": 0}, {"q": 0}])
    assert refined(precedence, residual, (0, 1)) == (0, 1)
