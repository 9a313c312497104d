"""Path risk: the worked examples, the plain oracle, and what may never happen."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.estate.estate import Estate
from posture.graph.build import Graph, build
from posture.graph.choke import chokes
from posture.graph.entries import Entries
from posture.graph.sweep import MICRO, Ways, best_ways, drop
from posture.model.links import KINDS
from posture.settings import Factors

from .drawn import Drawn, estates
from .oracle import Oracle, State
from .small import estate

FACTORS = Factors()
ENTRIES = pl.DataFrame(
    [
        {"route": "hijacked-agent", "origin": "a:1", "likelihood": 0.5},
        {"route": "hijacked-agent", "origin": "a:2", "likelihood": 0.25},
        {"route": "stolen-credential", "origin": "c:1", "likelihood": 0.4},
        {"route": "stolen-credential", "origin": "c:3", "likelihood": 0.1},
        {"route": "human-use", "origin": "i:1", "likelihood": 0.05},
    ]
)
P = {1: 0.4, 2: 0.7, 4: 1.0, 8: 1.0, 16: 1.0}


def swept(given: Estate, rows: pl.DataFrame = ENTRIES, certain: bool = True) -> tuple[Graph, Entries, Ways]:
    graph = build(given)
    entries = Entries.of(graph, rows)
    return graph, entries, best_ways(graph, entries, FACTORS, certain)


def plain(given: Estate, certain: bool, gone: frozenset[int] = frozenset()) -> dict[tuple[str, str], int]:
    """Weight in micro-units by origin and system, one state at a time."""
    value = {
        row["key"]: FACTORS.criticality[(row["criticality"] or 2) - 1]
        for row in given["systems"].iter_rows(named=True)
    }
    weights = {}
    for row in ENTRIES.iter_rows(named=True):
        agents = row["route"] in KINDS["holds"].routes
        levels = Oracle(given, certain, agents, gone).levels([State(row["origin"])], most=6)
        for (system, bit), level in levels.items():
            weight = round(
                row["likelihood"] * value[system] * (P[bit] * FACTORS.decay ** (level - 1)) * MICRO
            )
            at = (row["origin"], system)
            weights[at] = max(weights.get(at, 0), weight)
    return weights


@settings(max_examples=250, derandomize=True, deadline=None)
@given(estates(), st.booleans())
def test_ways_are_what_the_oracle_says(drawn: Drawn, certain: bool) -> None:
    given = drawn.estate
    graph, entries, ways = swept(given, certain=certain)
    keys = graph.nodes.keys
    found = {
        (entries.origin[int(e)], keys[int(s)]): int(w)
        for e, s, w in zip(ways.entry, ways.system, ways.weight, strict=True)
    }
    assert found == plain(given, certain)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(estates(least=4), st.integers(0, 3))
def test_what_a_link_takes_away_is_exact_and_never_negative(drawn: Drawn, which: int) -> None:
    given = drawn.estate
    graph, entries, ways = swept(given)
    rows = np.array([which])
    lost = drop(graph, graph.without(rows), entries, ways, FACTORS)
    kept = best_ways(graph.without(rows), entries, FACTORS)
    assert lost == ways.risk - kept.risk
    assert lost >= 0
    if given["links"]["kind"][which] != "contains":  # a pattern without members would count itself
        assert kept.risk == sum(plain(given, True, frozenset({which})).values())


@settings(max_examples=100, derandomize=True, deadline=None)
@given(estates(least=4), st.integers(0, 3), st.sampled_from([0, 1, 2, 3, 7]))
def test_narrowing_is_exact_and_never_raises_risk(drawn: Drawn, which: int, mask: int) -> None:
    given = drawn.estate
    if not KINDS[given["links"]["kind"][which]].ends:
        return
    graph, entries, ways = swept(given)
    changed = graph.narrowed(np.array([which]), mask)
    lost = drop(graph, changed, entries, ways, FACTORS)
    assert lost == ways.risk - best_ways(changed, entries, FACTORS).risk
    assert lost >= 0


@settings(max_examples=100, derandomize=True, deadline=None)
@given(estates())
def test_another_name_for_a_role_changes_nothing(drawn: Drawn) -> None:
    """Whatever may become i:4 may now also become i:alias, which may do and become just the same."""
    links = tuple(
        twin
        for kind, src, dst, *rest in drawn.links
        for twin in (
            (kind, src, dst, *rest),
            *([(kind, src, "i:alias", *rest)] if dst == "i:4" else []),
            *([(kind, "i:alias", dst, *rest)] if src == "i:4" else []),
        )
    )  # fmt: skip
    twice = Drawn(links, {**drawn.facts, "i:alias": {}})
    assert swept(twice.estate)[2].risk == swept(drawn.estate)[2].risk


@pytest.fixture
def leaked_key() -> Estate:
    """One key in a log that three agents hold; payments is behind a role."""
    agents = [("a:1", "t:1", "s:crm", 2), ("a:2", "t:2", "s:wiki", 1), ("a:3", "t:3", "s:pay", 4)]
    return estate(
        *[(agent, "uses-tool", tool) for agent, tool, _, _ in agents],
        *[(tool, "runs-as", f"i:{tool[2:]}") for _, tool, _, _ in agents],
        ("i:1", "may-act", "s:crm", 2),
        ("i:2", "may-act", "s:wiki", 1),
        ("i:3", "may-become", "i:pay"),
        ("c:key", "authenticates", "i:key"),
        ("i:key", "may-act", "s:crm", 2),
        ("i:key", "may-act", "s:wiki", 1),
        ("i:key", "may-become", "i:pay"),
        ("i:pay", "may-act", "s:pay", 4),
        facts={
            "s:crm": {"criticality": 4}, "s:pay": {"criticality": 5}, "s:wiki": {"criticality": 2},
            "t:1": {"obtains": True}, "t:2": {"obtains": True}, "t:3": {"obtains": True},
        },
    )  # fmt: skip


LEAKED = pl.DataFrame(
    [
        {"route": "stolen-credential", "origin": "c:key", "likelihood": 0.4},
        {"route": "hijacked-agent", "origin": "a:1", "likelihood": 0.25},
        {"route": "hijacked-agent", "origin": "a:2", "likelihood": 0.1},
        {"route": "hijacked-agent", "origin": "a:3", "likelihood": 0.0125},
    ]
)


def test_me_14_choke_point(leaked_key: Estate) -> None:
    graph, entries, ways = swept(leaked_key, LEAKED)
    assert ways.risk == 57_750_000
    assert dict(zip(entries.origin, ways.by_entry(4), strict=True)) == {
        "c:key": 47_600_000, "a:1": 8_750_000, "a:2": 400_000, "a:3": 1_000_000,
    }  # fmt: skip
    to_pay = leaked_key["links"].with_row_index().filter(pl.col("to") == "i:pay")["index"].to_numpy()
    assert drop(graph, graph.without(to_pay), entries, ways, FACTORS) == 33_000_000


def rows(*entries: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(
        [{"route": "hijacked-agent", "origin": "a:1", "likelihood": 0.5, **e} for e in entries]
    )


def test_the_start_that_no_control_holds_back_counts() -> None:
    """One tool is behind an approval, the other is not; each reaches the same system."""
    given = estate(
        ("a:1", "uses-tool", "t:1"), ("a:1", "uses-tool", "t:2"),
        ("t:1", "calls", "s:pay", 4), ("t:2", "calls", "s:pay", 1),
        facts={"s:pay": {"criticality": 5}},
    )  # fmt: skip
    assert swept(given, rows({}))[2].risk == 50_000_000
    held = rows({"start": "t:1", "strong": 0.2, "write": 0.2}, {"start": "t:2"})
    _, _, ways = swept(given, held)
    assert ways.weight.tolist() == [20_000_000]
    assert ways.mask.tolist() == [1]
    held = rows({"start": "t:1", "strong": 0.5, "spent": 1}, {"start": "t:2", "read": 0.5})
    _, _, ways = swept(given, held)
    assert (ways.weight.tolist(), ways.transitions.tolist()) == ([20_000_000], [2])


def test_six_transitions_are_walked_and_no_more() -> None:
    chain = [(f"i:{n}", "may-become", f"i:{n + 1}") for n in range(7)]
    given = estate(*chain, ("i:5", "may-act", "s:5", 4), ("i:6", "may-act", "s:6", 4))
    entry = rows({"route": "human-use", "origin": "i:0", "likelihood": 1.0})
    _, _, ways = swept(given, entry)
    assert ways.transitions.tolist() == [6]
    assert ways.weight.tolist() == [round(10 * 0.8**5 * MICRO)]


def test_a_start_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="no node a:9 to start from"):
        swept(estate(("a:1", "uses-tool", "t:1")), rows({"origin": "a:9"}))


def test_me_14_shares(leaked_key: Estate) -> None:
    graph, entries, ways = swept(leaked_key, LEAKED)
    found = {
        row["key"]: round(row["share"], 3)
        for row in chokes(graph, entries, ways, FACTORS).iter_rows(named=True)
    }
    assert found["c:key"] == 0.824
    assert found["i:pay"] == found["i:pay -> s:pay"] == 0.571
    assert found["i:key -> i:pay"] == 0.554
    assert "s:pay" not in found


@settings(max_examples=150, derandomize=True, deadline=None)
@given(estates(least=6), st.booleans())
def test_choke_shares_are_those_of_removal(drawn: Drawn, certain: bool) -> None:
    """Every link and node with the risk it takes away, against sweeping again without it."""
    given = drawn.estate
    graph, entries, ways = swept(given, certain=certain)
    found = chokes(graph, entries, ways, FACTORS, certain)
    links = given["links"].select(pl.concat_str("from", pl.lit(" -> "), "to"))["from"]
    lost = {"link": {}, "node": {}}
    for row, key in enumerate(links):
        if links.to_list().count(key) == 1:
            kept = best_ways(graph.without(np.array([row])), entries, FACTORS, certain)
            if given["links"]["kind"][row] not in ("contains",):
                lost["link"][key] = (ways.risk - kept.risk) / MICRO
    for key in ("i:1", "i:2", "i:3", "i:4", "t:1", "t:2", "g:1", "a:1"):
        rows = given["links"].with_row_index().filter((pl.col("from") == key) | (pl.col("to") == key))
        kept = best_ways(graph.without(rows["index"].to_numpy()), entries, FACTORS, certain)
        lost["node"][key] = (ways.risk - kept.risk) / MICRO
    for kind, expected in lost.items():
        said = dict(found.filter(pl.col("kind") == kind).select("key", "risk").iter_rows())
        assert {key: said.get(key, 0.0) for key in expected} == expected


def test_what_was_not_tried_is_not_listed(leaked_key: Estate) -> None:
    graph, entries, ways = swept(leaked_key, LEAKED)
    whole = chokes(graph, entries, ways, FACTORS)
    some = chokes(graph, entries, ways, FACTORS, most_ways=12)
    assert 0 < len(some) < len(whole)
    assert some.equals(whole.head(len(some)))


@pytest.mark.parametrize("most", range(1, 8))
def test_the_first_choke_points_are_the_same_when_no_more_are_asked_for(
    leaked_key: Estate, most: int
) -> None:
    graph, entries, ways = swept(leaked_key, LEAKED)
    whole = chokes(graph, entries, ways, FACTORS)
    some = chokes(graph, entries, ways, FACTORS, wanted=most)
    assert some.head(most).equals(whole.head(most))


def test_choke_points_that_nobody_asks_for_are_not_weighed(leaked_key: Estate) -> None:
    graph, entries, ways = swept(leaked_key, LEAKED)
    assert len(chokes(graph, entries, ways, FACTORS, wanted=1)) < len(chokes(graph, entries, ways, FACTORS))
