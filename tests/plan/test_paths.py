"""Paths are listed with how many others there are; possible ones beside the certain, marked and in no sum."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings

from posture.estate.estate import Estate
from posture.plan import paths
from tests.graph.drawn import Drawn, estates
from tests.graph.small import estate

from .given import Case

RUNS = {"obtains": True, "runs_code": True, "kind": "function"}
FREE = {"selection": "free", "autonomy": "autonomous", "input": "open"}


def doubted() -> Estate:
    """Two certain ways to one system, a third under a condition, and a system behind a condition alone."""
    return estate(
        ("a:bot", "uses-tool", "t:run"),
        ("t:run", "holds", "c:key"),
        ("c:key", "authenticates", "i:1"),
        *(("i:1", "may-become", f"i:{n}", None, n < 4) for n in (2, 3, 4)),
        *((f"i:{n}", "may-act", "s:crm", 2) for n in (2, 3, 4)),
        ("i:4", "may-act", "s:vault", 1),
        facts={
            "a:bot": FREE,
            "t:run": RUNS,
            "c:key": {"kind": "api-key", "has_expires": False, "exposure": "at-rest"},
            "s:crm": {"criticality": 4},
            "s:vault": {"criticality": 5},
        },
    )


def row(case: Case, system: str, route: str = "hijacked-agent") -> dict[str, object]:
    rows = case.plan.tables["paths"].filter(pl.col("system") == system, pl.col("route") == route)
    return rows.row(0, named=True) if rows.height == 1 else {}


def test_other_ways_are_counted_over_links_as_sure_as_the_path() -> None:
    case = Case(doubted())
    crm, vault = row(case, "s:crm"), row(case, "s:vault")
    assert (crm["certain"], crm["others"]) == (True, 1)
    assert (vault["certain"], vault["others"]) == (False, 0)


def test_a_possible_path_says_what_it_would_weigh_and_is_part_of_no_sum() -> None:
    case = Case(doubted())
    vault = row(case, "s:vault")
    # Likelihood 0.5, two transitions, reading at criticality 5.
    assert vault["weight"] == pytest.approx(0.5 * 0.8 * 100 * 0.4)
    assert vault["share"] == 0.0
    listed = case.plan.tables["paths"]
    assert listed.filter("certain")["share"].sum() == pytest.approx(1.0)
    assert listed.filter("certain")["weight"].sum() == pytest.approx(case.risk.total)
    assert case.risk.high >= case.risk.total + listed.filter(~pl.col("certain"))["weight"].sum()


def test_the_links_of_a_possible_path_are_told_with_the_one_that_is_not_certain() -> None:
    case = Case(doubted())
    hops = case.plan.tables["hops"].filter(pl.col("path") == row(case, "s:vault")["id"]).sort("n")
    assert list(hops.select("from", "to", "certain").iter_rows()) == [
        ("a:bot", "t:run", True),
        ("t:run", "c:key", True),
        ("c:key", "i:1", True),
        ("i:1", "i:4", False),
        ("i:4", "s:vault", True),
    ]


def test_a_link_whose_classes_nobody_knows_leads_on_only_perhaps() -> None:
    case = Case(
        estate(
            ("c:key", "opens", "s:crm"),
            facts={"c:key": {"kind": "api-key", "has_expires": False, "exposure": "at-rest"}},
        )
    )
    hops = case.plan.tables["hops"]
    assert list(hops.select("from", "to", "certain").iter_rows()) == [("c:key", "s:crm", False)]


def test_only_the_heaviest_possible_ones_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    many = doubted()
    whole = Case(many).plan.tables["paths"].filter(~pl.col("certain"))
    monkeypatch.setattr(paths, "MOST_POSSIBLE", 1)
    kept = Case(many).plan.tables["paths"].filter(~pl.col("certain"))
    assert whole.height > 1
    assert kept["id"].to_list() == whole.sort("weight", descending=True)["id"].head(1).to_list()


@settings(max_examples=60, derandomize=True, deadline=None)
@given(estates(least=4))
def test_every_path_is_told_from_origin_to_system(drawn: Drawn) -> None:
    tables = Case(drawn.estate).plan.tables
    by_path = tables["hops"].partition_by("path", as_dict=True)
    assert set(by_path) == {(id_,) for id_ in tables["paths"]["id"]}
    for path in tables["paths"].iter_rows(named=True):
        told = by_path[(path["id"],)]
        assert told["n"].to_list() == list(range(1, len(told) + 1))
        assert told["to"][-1] == path["system"]
        # A secret is stolen wherever a copy of it lies.
        if path["route"] != "stolen-credential":
            assert told["from"][0] == path["origin"]
        assert told["to"].to_list()[:-1] == told["from"].to_list()[1:]
        assert told["certain"].all() or not path["certain"]


@settings(max_examples=20, derandomize=True, deadline=None)
@given(estates(least=4))
def test_ways_are_the_same_however_few_hits_are_weighed_at_a_time(drawn: Drawn) -> None:
    whole = Case(drawn.estate).plan.tables
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("posture.graph.met._WEIGHED", 1)
        parts = Case(drawn.estate).plan.tables
    assert all(parts[name].equals(whole[name]) for name in ("paths", "hops"))
