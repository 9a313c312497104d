"""What is left of an estate's risk: incremental equals recomputed, and taking away never adds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.graph.build import Graph, build
from posture.graph.entries import Entries
from posture.graph.sweep import best_ways
from posture.model.links import KINDS
from posture.plan.begin import FACTORS
from posture.plan.change import Change
from posture.plan.field import Field
from posture.plan.order import bundles
from posture.plan.origins import Origins
from posture.plan.precedence import Precedence, Task, members
from posture.plan.residual import EstateRisk
from posture.settings import Factors
from tests.graph.drawn import Drawn, estates
from tests.graph.small import estate

ENTRIES = (
    ("hijacked-agent", "a:1", (0.5, 1.0, 0.8, 1.0)),
    ("hijacked-agent", "a:2", (0.2, 0.5, 1.0, 1.0)),
    ("human-use", "i:1", (0.2, 1.0, 1.0, 1.0)),
    ("stolen-credential", "c:1", (0.5, 0.8, 0.5, 1.0)),
    ("stolen-credential", "c:3", (0.2, 1.0, 1.0, 1.0)),
)
SMALLER = (0.5, 0.2, 0.05)
ENDS = {kind.id for kind in KINDS.values() if kind.ends}


def begun(factors: Sequence[Sequence[float]], write: Sequence[float], strong: Sequence[float]) -> Origins:
    rows = pl.DataFrame(
        {
            "route": [route for route, _, _ in ENTRIES],
            "origin": [origin for _, origin, _ in ENTRIES],
            "write": list(write),
            "strong": list(strong),
            **{f"factor_{at}": [one[at] for one in factors] for at in range(FACTORS)},
        }
    )
    return Origins(rows, rows.select("route", "origin", pl.col("origin").alias("start")))


START = begun([one[2] for one in ENTRIES], [1.0] * 5, [1.0] * 5)


@st.composite
def changes(draw: st.DrawFn, graph: Graph, most: int = 5) -> list[Change]:
    """Actions that change a factor, a control, a few links, or several of these."""
    kinds = graph.links["kind"].to_list()
    found = []
    for _ in range(draw(st.integers(1, most))):
        links: list[tuple[int, int]] = []
        # No action takes a system out of its group.
        if rows := [row for row, kind in enumerate(kinds) if kind != "contains"]:
            for row in draw(st.lists(st.sampled_from(rows), max_size=4, unique=True)):
                keep = draw(st.sampled_from([0, 1, 3])) if kinds[row] in ENDS else 0
                links.append((row, keep))
        factors = [
            (draw(st.integers(0, 4)), draw(st.integers(0, 2)), draw(st.sampled_from(SMALLER)))
            for _ in range(draw(st.integers(0, 2)))
        ]
        controls = [(draw(st.integers(0, 1)), 0.5, 0.2)] if draw(st.booleans()) else []
        found.append(Change(tuple(factors), tuple(controls), tuple(sorted(links))))
    return found


def recomputed(graph: Graph, done: Sequence[Change]) -> int:
    """R from scratch, on a graph without what `done` takes away and with the factors that it leaves."""
    return EstateRisk(applied(graph, done), []).now


def applied(graph: Graph, done: Sequence[Change]) -> Field:
    """The entries on such a graph."""
    factors = [list(one[2]) for one in ENTRIES]
    write, strong = [1.0] * len(ENTRIES), [1.0] * len(ENTRIES)
    changed = graph
    for change in done:
        for entry, place, value in change.factors:
            factors[entry][place] = min(factors[entry][place], value)
        for entry, less, least in change.controls:
            write[entry], strong[entry] = min(write[entry], less), min(strong[entry], least)
        for row, keep in change.links:
            rows = np.array([row])
            changed = changed.narrowed(rows, keep) if keep else changed.without(rows)
    return Field.of(changed, begun(factors, write, strong), Factors())


def residual(graph: Graph, made: Sequence[Change]) -> EstateRisk:
    return EstateRisk(Field.of(graph, START, Factors()), made)


@given(estates(), st.booleans())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_ways_weigh_what_the_sweep_of_the_whole_graph_says(drawn: Drawn, certain: bool) -> None:
    graph = build(drawn.estate)
    rows = [
        {"route": route, "origin": origin, "likelihood": 1.0, "write": 0.5, "strong": 0.2}
        for route, origin, _ in ENTRIES
    ]
    whole = best_ways(graph, Entries.of(graph, pl.DataFrame(rows)), Factors(), certain)
    again = begun([[1.0] * FACTORS] * 5, [0.5] * 5, [0.2] * 5)
    field = Field.of(graph, again, Factors(), certain)
    left = EstateRisk(field, [])
    assert left.now == whole.risk
    assert left.by_entry().tolist() == whole.by_entry(5).tolist()


@given(st.data(), estates())
@settings(max_examples=120, deadline=None, derandomize=True)
def test_incremental_is_recomputed_and_never_negative(data: st.DataObject, drawn: Drawn) -> None:
    graph = build(drawn.estate)
    made = data.draw(changes(graph))
    left = residual(graph, made)
    sequence = data.draw(st.permutations(range(len(made))))
    for place, at in enumerate(sequence):
        rest = [1 << other for other in sequence[place:]]
        gains = left.gains(left.done, rest)
        before = left.now
        for other, gain in zip(sequence[place:], gains, strict=True):
            assert 0 <= gain <= left.limit(other)
            assert before - gain == recomputed(graph, [made[one] for one in (*sequence[:place], other)])
        # Two at a time, so that what was found out about pairs is asked again after others were done.
        for pair in combinations(sequence[place:], 2):
            together = left.gains(left.done, [1 << pair[0] | 1 << pair[1]])[0]
            assert before - together == recomputed(graph, [made[one] for one in (*sequence[:place], *pair)])
        everything = left.risk((1 << len(made)) - 1)
        assert everything == recomputed(graph, made)
        known = dict(zip(sequence[place:], gains, strict=True))
        moved = left.take(at)
        assert left.now == before - known[at]
        for other in sequence[place + 1 :]:
            if not moved >> other & 1:
                assert left.gains(left.done, [1 << other]) == [known[other]]


@given(st.data(), estates(least=12))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_what_is_remembered_gives_the_order_that_forgetting_gives(data: st.DataObject, drawn: Drawn) -> None:
    graph = build(drawn.estate)
    made = data.draw(changes(graph, most=6))
    precedence = Precedence([Task(f"{at}", data.draw(st.integers(1, 4))) for at in range(len(made))])
    everything = (1 << len(made)) - 1
    assert bundles(precedence, residual(graph, made), everything) == bundles(
        precedence, Forgetful(residual(graph, made)), everything
    )


class Forgetful:
    """The same residual, which limits nothing and says that every action may change every other."""

    def __init__(self, left: EstateRisk) -> None:
        self.left = left
        self.risk, self.gains, self.remaining_way = left.risk, left.gains, left.remaining_way

    def limit(self, action: int) -> int:
        return self.left.risk(0) if self.left.done == 0 else self.left.now

    def take(self, action: int) -> int:
        self.left.take(action)
        return (1 << len(self.left.touched.changes)) - 1


def two_ways() -> Graph:
    """One system behind two roles: neither cut alone gains anything."""
    return build(
        estate(
            ("c:1", "authenticates", "i:1"),
            ("i:1", "may-become", "i:2"),
            ("i:1", "may-become", "i:3"),
            ("i:2", "may-act", "s:1", 4),
            ("i:3", "may-act", "s:1", 4),
            facts={"s:1": {"criticality": 5}, "a:1": {}, "a:2": {}, "c:3": {}, "g:1": {}},
        )
    )


def test_two_parallel_ways_are_cut_together() -> None:
    graph = two_ways()
    rows = {pair: at for at, pair in enumerate(graph.links.select("from", "to").iter_rows())}
    made = [Change(links=((rows["i:1", role], 0),)) for role in ("i:2", "i:3")]
    left = residual(graph, made)
    assert left.gains(0, [0b01, 0b10]) == [0, 0]
    precedence = Precedence([Task("cut-2", 1), Task("cut-3", 1)])
    assert sorted(bundles(precedence, left, left.earning)[0]) == [0, 1]
    # The entry at the second role itself is gone as well once its own act is the best way left.
    assert left.now == residual(graph, made).risk(0b11)


def test_taking_the_second_best_way_raises_what_the_best_is_worth() -> None:
    graph = build(
        estate(
            ("c:1", "authenticates", "i:1"),
            ("i:1", "may-act", "s:1", 4),
            ("i:1", "may-act", "s:1", 1),
            facts={"s:1": {"criticality": 5}, "a:1": {}, "a:2": {}, "c:3": {}},
        )
    )
    strong, read = (graph.links["classes"].to_list().index(mask) for mask in (4, 1))
    made = [Change(links=((strong, 0),)), Change(links=((read, 0),))]
    left = residual(graph, made)
    # One key of likelihood 0.2 and one identity of 0.2, to a system worth 100.
    assert left.gains(0, [0b01, 0b10]) == [24_000_000, 0]
    assert left.take(1) & 0b01
    assert left.gains(left.done, [0b01]) == [40_000_000]


def test_what_leads_nowhere_earns_nothing() -> None:
    graph = two_ways()
    nowhere = Change(links=())
    assert list(members(residual(graph, [nowhere, Change(((3, 0, 0.05),))]).earning)) == [1]
