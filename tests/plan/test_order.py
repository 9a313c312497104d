"""Which bundle is next: density, ties, ways that only several actions close, what is remembered between."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from posture.plan.fixed import FixedAtoms
from posture.plan.order import order
from posture.plan.precedence import Precedence, Task, members

from .drawn import instance, problem

EVERYTHING = -1


def test_equal_densities_go_by_gain_then_due_then_id() -> None:
    tasks = [Task("a", 1), Task("b", 2), Task("c", 2, due=60), Task("d", 2), Task("e", 2, due=30)]
    weights = dict(zip("abcde", (1, 2, 2, 2, 2), strict=True))
    residual = FixedAtoms(weights, [{name: 0} for name in "abcde"])
    assert ids(Precedence(tasks), residual) == ["e", "c", "b", "d", "a"]


def test_an_enabler_is_judged_with_all_that_it_opens() -> None:
    tasks = [Task("E", 8), *(Task(f"M{at}", 1, ("E",)) for at in range(4)), Task("S", 4)]
    residual = FixedAtoms(
        {"m0": 4, "m1": 4, "m2": 4, "m3": 4, "s": 4}, [{}, *({f"m{at}": 0} for at in range(4)), {"s": 0}]
    )
    assert ids(Precedence(tasks), residual) == ["E", "M0", "M1", "M2", "M3", "S"]


def test_enablers_on_several_levels_are_one_bundle() -> None:
    tasks = [
        Task("E", 4),
        Task("F", 4, ("E",)),
        *(Task(f"M{at}", 1, ("F",)) for at in range(4)),
        Task("S", 4),
    ]
    residual = FixedAtoms(
        {"m0": 4, "m1": 4, "m2": 4, "m3": 4, "s": 4}, [{}, {}, *({f"m{at}": 0} for at in range(4)), {"s": 0}]
    )
    assert ids(Precedence(tasks), residual) == ["E", "F", "M0", "M1", "M2", "M3", "S"]


def test_a_bundle_stops_growing_where_it_would_get_thinner() -> None:
    tasks = [Task("E", 1), Task("M", 1, ("E",)), Task("N", 10, ("E",)), Task("S", 1)]
    residual = FixedAtoms({"m": 10, "n": 1, "s": 4}, [{}, {"m": 0}, {"n": 0}, {"s": 0}])
    assert ids(Precedence(tasks), residual) == ["E", "M", "S", "N"]


def test_inside_a_bundle_the_denser_member_is_first() -> None:
    tasks = [Task("E", 1), Task("a", 1, ("E",)), Task("b", 1, ("E",))]
    residual = FixedAtoms({"p": 3, "q": 4}, [{}, {"p": 0}, {"q": 0}])
    assert ids(Precedence(tasks), residual) == ["E", "b", "a"]


def test_what_gains_nothing_any_more_still_has_its_place_at_the_end() -> None:
    tasks = [Task("a", 1), Task("b", 3), Task("c", 1)]
    residual = FixedAtoms({"p": 9, "q": 1}, [{"p": 0}, {"p": 0.5}, {"q": 0}])
    assert ids(Precedence(tasks), residual) == ["a", "c", "b"]


@pytest.mark.parametrize("seed", range(120))
def test_remembered_gains_equal_gains_computed_afresh(seed: int) -> None:
    precedence, residual, wanted = problem(instance(seed, 10, 20))
    assert order(precedence, residual, wanted) == order(precedence, Forgetful(residual), wanted)


def test_two_ways_to_one_system_are_closed_together() -> None:
    ways = TwoWays()
    precedence = Precedence([Task("cut-left", 1), Task("cut-right", 1), Task("other", 1)])
    assert [precedence.tasks[at].id for at in order(precedence, ways, 0b111)] == [
        "cut-left",
        "cut-right",
        "other",
    ]


def test_without_the_remaining_way_two_cuts_would_never_be_tried() -> None:
    precedence = Precedence([Task("cut-left", 1), Task("cut-right", 1), Task("other", 1)])
    assert precedence.tasks[order(precedence, Blind(), 0b111)[0]].id == "other"


class TwoWays:
    """A system worth 8 stands open until both ways are cut; another action gains 3 by itself."""

    def risk(self, done: int) -> int:
        return (0 if done & 0b011 == 0b011 else 8) + (0 if done & 0b100 else 3)

    def gains(self, done: int, bundles: Sequence[int]) -> list[int]:
        return [self.risk(done) - self.risk(done | bundle) for bundle in bundles]

    def limit(self, action: int) -> int:
        return 11

    def take(self, action: int) -> int:
        return 0b100 if action == 2 else 0b011

    def remaining_way(self, done: int, bundle: int) -> int:
        return 0b011 & ~(done | bundle) if bundle & 0b011 else 0


class Blind(TwoWays):
    """The same, not telling which ways stand open."""

    def remaining_way(self, done: int, bundle: int) -> int:
        return 0


class Forgetful:
    """The same residual, saying that every action touches every other."""

    def __init__(self, residual: FixedAtoms) -> None:
        self.residual = residual
        self.risk, self.gains, self.remaining_way = residual.risk, residual.gains, residual.remaining_way

    def limit(self, action: int) -> int:
        return self.residual.limit(action)

    def take(self, action: int) -> int:
        return EVERYTHING


def ids(precedence: Precedence, residual: FixedAtoms) -> list[str]:
    whole = sum(1 << at for at in range(len(precedence.tasks)))
    found = order(precedence, residual, whole)
    assert sorted(found) == list(members(whole))
    return [precedence.tasks[at].id for at in found]
