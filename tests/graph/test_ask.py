"""Questions about one corner: the examples in their docstrings, evidence, and agreement with the bulk."""

from __future__ import annotations

import doctest

import polars as pl
import pytest
from hypothesis import given, settings

from posture.graph import ask
from posture.graph.ask import choke_points, dominators, paths, sketch, who_reaches, without
from posture.graph.build import build
from posture.graph.reach import reach_of

from .drawn import AGENTS, SYSTEMS, Drawn, estates
from .oracle import Oracle, State
from .small import estate


def test_the_examples_hold() -> None:
    failed, tried = doctest.testmod(ask)
    assert failed == 0
    assert tried >= 10


@settings(max_examples=120, derandomize=True, deadline=None)
@given(estates())
def test_there_is_a_path_exactly_where_bulk_reach_says_so(drawn: Drawn) -> None:
    given = drawn.estate
    graph = build(given)
    rows = reach_of(graph).rows
    for certain, column in ((True, "certain"), (False, "possible")):
        reached = set(rows.filter(pl.col(column) != 0).select("origin", "system").iter_rows())
        oracle = Oracle(given, certain)
        for agent in AGENTS:
            levels = oracle.levels([State(agent)])
            for system in SYSTEMS:
                if not oracle.counts(system):
                    continue
                ways = paths(graph, agent, system, 1, certain=certain).ways
                assert bool(ways) == ((agent, system) in reached)
                for way in ways:
                    assert way.transitions == min(level for (s, _), level in levels.items() if s == system)
                    assert (way.crosses[0], way.crosses[-1]) == (agent, system)


@settings(max_examples=120, derandomize=True, deadline=None)
@given(estates())
def test_who_reaches_agrees_with_bulk_reach(drawn: Drawn) -> None:
    graph = build(drawn.estate)
    rows = reach_of(graph).rows
    for system in SYSTEMS:
        if not Oracle(drawn.estate, False).counts(system):
            continue
        found = who_reaches(graph, system).filter(pl.col("key").is_in(AGENTS))
        expected = rows.filter(pl.col("system") == system).select(
            pl.col("origin").alias("key"), "certain", "possible"
        )
        assert found.equals(expected)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(estates(least=6))
def test_dominators_are_what_no_way_gets_by(drawn: Drawn) -> None:
    given = drawn.estate
    graph = build(given)
    rows = given["links"].with_row_index()
    for system in ("s:1", "s:3"):
        ways = paths(graph, "a:1", system).ways
        named = dominators(graph, "a:1", system)
        for key in {key for way in ways for key in way.crosses[1:-1]}:
            touching = rows.filter((pl.col("from") == key) | (pl.col("to") == key))["index"].to_numpy()
            still = bool(paths(graph.without(touching), "a:1", system, 1).ways)
            if not still:
                assert key in named
            elif key.startswith(("i:", "c:", "g:")):
                assert key not in named


def test_hops_carry_their_evidence() -> None:
    given = estate(
        ("a:bot", "uses-tool", "t:shell"), ("t:shell", "holds", "c:key"), ("c:key", "authenticates", "i:ci"),
        ("i:ci", "may-become", "i:admin", None, False), ("i:admin", "may-act", "x:1:control-plane", 16),
        ("c:deploy", "stored-at", "s:vault"), ("c:deploy", "opens", "s:crm", 2),
        facts={
            "t:shell": {"runs_code": True},
            "s:vault": {"scope": "x:1"}, "x:1:control-plane": {"scope": "x:1"},
        },
    )  # fmt: skip
    graph = build(given)
    (way,) = paths(graph, "a:bot", "s:crm").ways
    assert (
        str(way)
        == "a:bot > t:shell > c:key > i:ci > i:admin > x:1:control-plane > s:vault > c:deploy > s:crm"
    )
    assert (way.certain, way.transitions) == (False, 2)
    assert [(hop.n, hop.kind, hop.because) for hop in way.hops] == [
        (1, "uses-tool", "a:bot uses-tool t:shell"),
        (2, "holds", "t:shell holds c:key"),
        (3, "authenticates", "c:key authenticates i:ci"),
        (4, "may-become", "i:ci may-become i:admin"),
        (5, "may-act", "i:admin may-act x:1:control-plane"),
        (6, "contains", ""),
        (7, "stored-at", "c:deploy stored-at s:vault"),
        (8, "opens", "c:deploy opens s:crm"),
    ]
    assert [hop.certain for hop in way.hops].count(False) == 1
    assert paths(graph, "a:bot", "s:crm", certain=True).ways == ()
    assert choke_points(graph, "s:crm") == way.crosses[1:-1]


def test_an_administrator_may_become_whoever_lives_in_the_scope() -> None:
    given = estate(
        ("i:root", "may-act", "x:1:control-plane", 16), ("i:other", "may-act", "s:1", 1),
        facts={"i:other": {"scope": "x:1"}, "x:1:control-plane": {"scope": "x:1"}},
    )  # fmt: skip
    (way,) = paths(build(given), "i:root", "i:other").ways
    assert str(way) == "i:root > x:1:control-plane > i:other"
    assert way.transitions == 2


def test_whoever_administers_a_scope_comes_to_whom_its_control_plane_lets_into() -> None:
    given = estate(
        ("i:root", "may-act", "x:1:control-plane", 16), ("i:reader", "may-act", "x:1:control-plane", 1),
        ("x:1:control-plane", "lets-into", "i:far"), ("i:far", "may-act", "s:1", 2),
        facts={"i:far": {"scope": "x:2"}, "x:1:control-plane": {"scope": "x:1"}},
    )  # fmt: skip
    graph = build(given)
    (way,) = paths(graph, "i:root", "s:1").ways
    assert [hop.kind for hop in way.hops] == ["may-act", "lets-into", "may-act"]
    assert str(way) == "i:root > x:1:control-plane > i:far > s:1"
    assert way.transitions == 2
    assert paths(graph, "i:reader", "s:1").ways == ()


def test_ways_beyond_the_limit_are_counted() -> None:
    many = [f"r{n}" for n in range(60)]
    graph = sketch(*[f"key authenticates {r}" for r in many], *[f"{r} may-act bucket 1" for r in many])
    found = paths(graph, "key", "bucket", 2)
    assert [str(way) for way in found.ways] == ["key > r0 > bucket", "key > r1 > bucket"]
    assert (found.others, found.more) == (50, True)
    few = paths(sketch("key authenticates r", "r may-act bucket 1"), "key", "bucket")
    assert (len(few.ways), few.others, few.more) == (1, 0, False)


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError, match="nobody"):
        paths(sketch("role may-act bucket 1"), "nobody", "bucket")


def test_without_tells_the_classes_lost() -> None:
    graph = sketch("key authenticates role", "role may-act bucket 1", "role may-act bucket 2")
    assert without(graph, [2], ["key"]).rows() == [("key", "bucket", 2, 2)]
    assert without(graph, [], ["key"]).is_empty()
