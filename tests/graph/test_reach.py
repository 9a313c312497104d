"""Bulk reach against the plain oracle, and its promises one by one."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings

from bench.graph import generated
from posture.estate.estate import Estate
from posture.graph.build import build
from posture.graph.reach import Reached, reach_of
from posture.graph.summary import summaries

from .drawn import AGENTS, Drawn, estates
from .oracle import Oracle, State
from .small import estate

Masks = dict[str, tuple[int, int]]


def reach(given: Estate, agent: str) -> Masks:
    rows = reach_of(build(given)).rows.filter(pl.col("origin") == agent)
    return {row["system"]: (row["certain"], row["possible"]) for row in rows.iter_rows(named=True)}


def expected(given: Estate, agent: str) -> Masks:
    sure, perhaps = (Oracle(given, certain).masks(agent) for certain in (True, False))
    return {system: (sure.get(system, 0), mask) for system, mask in perhaps.items()}


@settings(max_examples=300, derandomize=True, deadline=None)
@given(estates())
def test_reach_is_what_the_oracle_says(drawn: Drawn) -> None:
    given = drawn.estate
    for agent in AGENTS:
        assert reach(given, agent) == expected(given, agent)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(estates())
def test_counts_are_the_rows_listed(drawn: Drawn) -> None:
    counted(reach_of(build(drawn.estate)))


def test_counts_hold_where_most_origins_lead_to_one_place() -> None:
    """More origins than one sweep takes; half of them lead to a cycle behind which most systems lie."""
    found = reach_of(generated(1_200, 20_000, 90_000, seed=4))
    counted(found)
    many = found.origins["possible_systems"]
    assert (many < 100).sum() > 100
    assert (many > 1_000).sum() > 100


def counted(found: Reached) -> None:
    rows = found.rows.group_by(key="origin").agg(
        certain=(pl.col("certain") > 0).sum().cast(pl.Int64), possible=pl.len().cast(pl.Int64)
    )
    expected = (
        found.origins.select("key").join(rows, on="key", how="left", maintain_order="left").fill_null(0)
    )
    assert found.origins["certain_systems"].to_list() == expected["certain"].to_list()
    assert found.origins["possible_systems"].to_list() == expected["possible"].to_list()


@settings(max_examples=100, derandomize=True, deadline=None)
@given(estates())
def test_hops_are_the_transitions_of_the_shortest_way(drawn: Drawn) -> None:
    rows = reach_of(build(drawn.estate)).rows
    for agent in AGENTS:
        expected: dict[str, int] = {}
        for (system, _), level in Oracle(drawn.estate, False).levels([State(agent)], most=6).items():
            expected[system] = min(level, expected.get(system, level))
        mine = rows.filter(pl.col("origin") == agent)
        assert dict(mine.select("system", "hops").iter_rows()) == {
            system: expected.get(system, 0) for system in mine["system"]
        }


@settings(max_examples=60, derandomize=True, deadline=None)
@given(estates())
def test_the_order_of_rows_changes_nothing(drawn: Drawn) -> None:
    given = drawn.estate
    shuffled = {name: table.sample(fraction=1, shuffle=True, seed=7) for name, table in given.tables.items()}
    assert reach_of(build(given)).rows.equals(reach_of(build(given.having(**shuffled))).rows)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(estates())
def test_summaries_say_of_every_node_what_the_oracle_says(drawn: Drawn) -> None:
    given = drawn.estate
    criticality = {row["key"]: row["criticality"] or 2 for row in given["systems"].iter_rows(named=True)}
    rows = summaries(build(given), given).rows_by_key("key", named=True)
    for certain, prefix in ((True, "reaches_"), (False, "may_reach_")):
        oracle = Oracle(given, certain)
        for key in ("i:1", "i:2", "i:3", "i:4", "i:5", "c:1", "c:3", "a:1", "t:1"):
            found = oracle.levels([State(key)])
            (row,) = rows[key]
            assert row[f"{prefix}mask"] == sum({bit for _, bit in found}), key
            assert row[f"{prefix}criticality"] == max((criticality[s] for s, _ in found), default=0)
            assert row[f"{prefix}criticality_destroy"] == max(
                (criticality[s] for s, bit in found if bit in (4, 16)), default=0
            )
            assert row[f"{prefix}systems"] == min(5, len({s for s, _ in found}))
            domains = {oracle.scope(s) for s, bit in found if bit in (2, 4, 16)} - {None}
            assert row[f"{prefix}domains"] == min(2, len(domains))


def test_a_service_in_no_scope_is_a_domain_of_its_own() -> None:
    given = estate(
        ("a:bot", "calls", "s:crm", 2), ("a:bot", "calls", "s:mail", 1), ("a:bot", "calls", "s:disk", 2),
        ("a:bot", "calls", "s:bucket", 2), ("a:other", "calls", "s:crm", 2),
        ("a:other", "calls", "s:disk", 2),
        facts={
            "s:crm": {"kind": "saas"}, "s:mail": {"kind": "saas"}, "s:disk": {"kind": "storage"},
            "s:bucket": {"kind": "bucket", "scope": "x:1"}, "x:1": {},
        },
    )  # fmt: skip
    found = summaries(build(given), given)
    assert (
        dict(found.select("key", "reaches_domains").iter_rows()).items() >= {"a:bot": 2, "a:other": 1}.items()
    )
