"""Any set of actions weighed from any other is what weighing the whole estate anew gives."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from posture.graph.build import Graph, build
from posture.plan.change import Change
from posture.plan.field import Field
from posture.plan.ground import Ground, Weighed
from posture.plan.touched import Touched
from posture.settings import Factors
from tests.graph.drawn import Drawn, estates

from .test_residual import START, applied, changes, recomputed, two_ways


def ground(graph: Graph, made: list[Change], done: int = 0) -> Ground:
    return Ground(Field.of(graph, START, Factors()), Touched(made, len(graph.links)), done)


@given(st.data(), estates())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_the_difference_is_the_whole(data: st.DataObject, drawn: Drawn) -> None:
    graph = build(drawn.estate)
    made = data.draw(changes(graph, most=6))
    masks = st.integers(0, (1 << len(made)) - 1)
    start = ground(graph, made, data.draw(masks))
    for mask in data.draw(st.lists(masks, min_size=1, max_size=4)):
        done = [one for at, one in enumerate(made) if mask >> at & 1]
        whole = Ground(applied(graph, done), Touched([], len(graph.links))).weighed
        assert start.after(mask) == whole
        assert whole.risk == recomputed(graph, done)
    assert start.after(start.done) == start.weighed


def test_ways_and_systems_are_counted() -> None:
    graph = two_ways()
    rows = {pair: at for at, pair in enumerate(graph.links.select("from", "to").iter_rows())}
    made = [Change(links=((rows["i:1", role], 0),)) for role in ("i:2", "i:3")]
    start = ground(graph, made)
    # The key and the identity that it opens each lead to the one system.
    assert (start.weighed.paths, start.weighed.systems) == (2, 1)
    assert start.after(0b01) == start.weighed
    assert start.after(0b11) == Weighed(0, 0, 0)
    assert ground(graph, made, 0b11).after(0b10) == start.weighed
