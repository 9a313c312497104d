"""Links cut for trial leave what an estate without them has."""

from __future__ import annotations

from functools import cache

import polars as pl
import pytest

from posture.assess.again import again
from posture.checks.added import view
from posture.checks.view import View
from posture.graph.answers import answers
from posture.plan.cutting import Cutter
from tests.reports.given import SAMPLE, assessed


@cache
def seen() -> tuple[View, Cutter]:
    made, answered = again(assessed(SAMPLE))
    return made, Cutter(made, answered.graph)


def whole() -> float:
    return assessed(SAMPLE).overview.risk.total


def origin() -> str:
    found = assessed(SAMPLE).frame("origins").group_by("key").agg(pl.col("risk").sum()).sort("risk", "key")
    return str(found["key"][-1])


def test_nothing_cut_is_the_table_of_paths() -> None:
    sample = assessed(SAMPLE)
    kept = seen()[1].without(origin(), (), (), whole())
    listed = sample.frame("paths").filter("certain", origin=origin())
    assert kept.before == kept.after == pytest.approx(listed["weight"].sum())
    # What is cut is not counted: others are told of whole estates alone.
    assert kept.paths.drop("others").sort("id").equals(listed.drop("others").sort("id"))
    hops = sample.frame("hops").filter(pl.col("path").is_in(listed["id"].implode()))
    assert kept.hops.sort("path", "n").equals(hops.sort("path", "n"))
    assert kept.lost == kept.uncut == ()


def test_a_link_cut_leaves_what_the_estate_without_it_has() -> None:
    made, cutter = seen()
    links = made.estate["links"]
    heaviest = assessed(SAMPLE).frame("paths").filter(origin=origin()).sort("weight", "id")["id"][-1]
    hops = assessed(SAMPLE).frame("hops").filter(path=heaviest).sort("n")
    stated = set(links.select("from", "to").iter_rows())
    tried = 0
    for start, end in hops.select("from", "to").iter_rows():
        if (start, end) not in stated:
            continue
        kept = cutter.without(origin(), ((start, end),), (), whole())
        left = links.filter(~((pl.col("from") == start) & (pl.col("to") == end)))
        estate = made.estate.having(links=left)
        answered = answers(estate)
        fresh = Cutter(view(estate, answered), answered.graph).without(origin(), (), (), whole())
        assert kept.after == fresh.before
        assert kept.paths.select("system", "weight").equals(fresh.paths.select("system", "weight"))
        tried += 1
    assert tried >= 2


def test_without_its_first_node_an_origin_loses_what_only_that_leads_to() -> None:
    cutter = seen()[1]
    kept = cutter.without(origin(), (), (origin(),), whole())
    assert kept.after == 0
    assert kept.paths.is_empty()
    assert len(kept.lost) == len(set(cutter.without(origin(), (), (), whole()).paths["system"]))


def test_what_is_no_link_is_told() -> None:
    pair = (origin(), "nothing-of-this-name")
    kept = seen()[1].without(origin(), (pair,), (), whole())
    assert kept.uncut == (pair,)
    assert kept.after == kept.before
