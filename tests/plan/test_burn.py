"""The curve with steps left out has at every point exactly what those steps leave that are done by then."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.graph.build import build
from posture.plan import burn
from posture.plan.burn import Burn
from posture.plan.field import Field
from posture.plan.touched import Touched
from posture.settings import Factors
from tests.graph.drawn import Drawn, estates

from .test_residual import START, changes, recomputed


def drawn_curve(data: st.DataObject, drawn: Drawn) -> tuple[set[tuple[float, float]], tuple[float, ...]]:
    """The points that the curve may have, by replaying it, and those it has."""
    graph = build(drawn.estate)
    made = data.draw(changes(graph, most=6))
    order = data.draw(st.permutations(range(len(made))))
    hours = [float(1 << at) for at in range(len(made))]
    out = data.draw(st.sets(st.sampled_from(order), min_size=1))
    risks = [recomputed(graph, [made[at] for at in order[:n]]) for n in range(len(order) + 1)]
    field = Field.of(graph, START, Factors())
    found = Burn(field, Touched(made, len(graph.links)), order, hours, risks).without(out)
    kept = [at for at in order if at not in out]
    spent = [sum(hours[at] for at in kept[:n]) for n in range(len(kept) + 1)]
    left = [recomputed(graph, [made[at] for at in kept[:n]]) / 1_000_000 for n in range(len(kept) + 1)]
    return set(zip(spent, left, strict=True)), found


@given(st.data(), estates())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_every_step_is_a_point(data: st.DataObject, drawn: Drawn) -> None:
    expected, found = drawn_curve(data, drawn)
    assert list(found) == sorted(expected)


def test_thinned_points_are_exact_too_and_the_last_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burn, "MOST_POINTS", 1)
    fewer = 0

    @given(st.data(), estates(least=12))
    @settings(max_examples=60, deadline=None, derandomize=True)
    def thinned(data: st.DataObject, drawn: Drawn) -> None:
        nonlocal fewer
        expected, found = drawn_curve(data, drawn)
        assert set(found) <= expected
        assert (found[0], found[-1]) == (min(expected), max(expected))
        fewer += len(found) < len(expected)

    thinned()
    assert fewer > 0
