"""What moving actions alone reaches on random instances, measured against the exact optimum."""

from __future__ import annotations

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


def test_an_enabler_moves_together_with_what_it_opens() -> None:
    precedence = Precedence([Task("E", 2), Task("M", 1, ("E",)), Task("N", 1, ("E",)), Task("S", 9)])
    residual = FixedAtoms({"m": 9, "n": 9, "s": 1}, [{}, {"m": 0}, {"n": 0}, {"s": 0}])
    assert refined(precedence, residual, (3, 0, 1, 2)) == (0, 1, 2, 3)


def test_stages_hold_while_moving() -> None:
    precedence = Precedence([Task("a", 9, stage=0), Task("b", 1, stage=1)])
    residual = FixedAtoms({"p": 1, "q": 9}, [{"p": 0}, {"q": 0}])
    assert refined(precedence, residual, (0, 1)) == (0, 1)
