"""Moving the steps of an estate's order: never worse, sometimes better, and every figure as recomputed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.graph.build import build
from posture.plan.change import Change
from posture.plan.estate_refine import moved
from posture.plan.order import stages
from posture.plan.precedence import Precedence, Task
from posture.plan.residual import EstateRisk
from tests.graph.drawn import Drawn, estates
from tests.graph.small import estate

from .test_residual import changes, recomputed, residual


def area(precedence: Precedence, risks: Sequence[int], order: Sequence[int]) -> int:
    return sum(precedence.tasks[at].cost * risk for at, risk in zip(order, risks, strict=False))


def refined(
    precedence: Precedence, left: EstateRisk, most: int = 200
) -> tuple[list[int], list[int], list[int]]:
    """The order before and after, and R along it as the moves tell it."""
    searching = stages(precedence, left, left.earning)
    before: list[int] = []
    after: list[int] = []
    risks = [left.now]
    while True:
        ground = left.copy()
        held = ground.now
        units = next(searching, None)
        if units is None:
            return before, after, risks
        better, told = moved(precedence, ground, units, most)
        assert ground.now == held
        before += [at for unit in units for at in unit]
        after += [at for unit in better for at in unit]
        risks += [risk for _, risk, _ in told]
        assert [at for at, _, _ in told] == [at for unit in better for at in unit][: len(told)]


@st.composite
def tasks(draw: st.DrawFn, many: int) -> list[Task]:
    """Some wait for earlier ones, some belong to a later stage than others."""
    made: list[Task] = []
    for at in range(many):
        needs = [one for one in made if draw(st.integers(0, 4)) == 0]
        stage = max((one.stage for one in needs), default=draw(st.integers(0, 1)))
        made.append(Task(f"{at}", draw(st.integers(1, 9)), tuple(one.id for one in needs), stage))
    return made


@given(st.data(), estates(least=12))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_moves_never_raise_the_area_and_keep_what_binds(data: st.DataObject, drawn: Drawn) -> None:
    graph = build(drawn.estate)
    made = data.draw(changes(graph, most=6))
    precedence = Precedence(data.draw(tasks(len(made))))
    left = residual(graph, made)
    before, after, risks = refined(precedence, left)
    assert precedence.allows(after)
    assert sorted(after) == sorted(before)

    @cache
    def whole(done: frozenset[int]) -> int:
        return recomputed(graph, [made[at] for at in sorted(done)])

    def along(order: Sequence[int]) -> list[int]:
        return [whole(frozenset(order[:n])) for n in range(len(order) + 1)]

    assert risks == along(after)
    now = area(precedence, along(after), after)
    assert now <= area(precedence, along(before), before)
    if len(after) <= 4:
        allowed = [one for one in permutations(after) if precedence.allows(one)]
        assert now <= 1.15 * min(area(precedence, along(one), one) for one in allowed)


def short_sighted() -> tuple[Precedence, EstateRisk]:
    """Cutting one system alone is densest; cutting it with another first is better all the same."""
    values = {"s:p": 4, "s:q": 2, "s:r": 3}
    graph = build(
        estate(
            ("c:1", "authenticates", "i:1"),
            ("i:1", "may-act", "s:p", 1),
            ("i:1", "may-act", "s:q", 2),
            ("i:1", "may-act", "s:r", 2),
            facts={**{key: {"criticality": value} for key, value in values.items()},
                   "a:1": {}, "a:2": {}, "c:3": {}},
        )
    )  # fmt: skip
    row = {system: at for at, system in enumerate(graph.links["to"])}
    made = [
        Change(links=((row["s:p"], 0), (row["s:r"], 0))),
        Change(links=((row["s:q"], 0),)),
        Change(links=((row["s:p"], 0),)),
    ]
    return Precedence([Task("both", 2), Task("q", 1), Task("r", 1)]), residual(graph, made)


def test_the_short_sighted_start_is_mended() -> None:
    precedence, left = short_sighted()
    start = left.now
    before, after, risks = refined(precedence, left)
    assert (before, after) == ([2, 0, 1], [0, 1, 2])
    # One key and one identity of likelihood 0.2 each, to systems worth 20, 7 and 17.5.
    assert (start, risks) == (17_800_000, [17_800_000, 2_800_000, 0, 0])
    assert area(precedence, risks, after) == 2 * 17_800_000 + 2_800_000


@pytest.mark.parametrize(("most", "order"), [(3, [0, 1, 2]), (2, [2, 0, 1]), (1, [2, 0, 1]), (0, [2, 0, 1])])
def test_only_the_first_are_moved(most: int, order: list[int]) -> None:
    assert refined(*short_sighted(), most)[1] == order
