"""Less knowledge never looks like health: cells blanked, rows deleted, tables deleted, for every check."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest
from msgspec import Struct

from posture.checks.asked import results
from posture.checks.check import Check
from posture.checks.judge import judge
from posture.checks.registry import every
from posture.checks.unknowns import read_by
from posture.checks.view import SUBJECTS, View
from posture.estate.estate import Estate
from posture.model.columns import columns
from posture.model.frames import declared, frame
from tests.checks.small import estate_of, seen
from tests.checks.test_cases import CASES, tables_of

BESIDE = {"links": ("links", "tools", "policies", "credentials", "identities", "systems")}
"""A link is lost with the page that it stood on, so what else such a page holds was read in part too."""


PLAIN = frozenset({("links", "classes")})
"""Columns without `has_` whose null says that nobody knows."""

ALWAYS = frozenset({("systems", "criticality"), ("identities", "class")})
"""Facts that inference fills in before a check is asked, by an assumption if need be."""


class Less(Struct, frozen=True):
    """An estate of which less is known, and what was done to it."""

    what: str
    estate: Estate
    gone: frozenset[str] = frozenset()
    """Subjects whose row was deleted."""


def blanked(estate: Estate, tables: frozenset[str]) -> Iterator[Less]:
    """Every fact of every row, one at a time, as if its source had not said it."""
    for name in sorted(tables & set(estate.tables)):
        rows = estate[name]
        for column in columns(declared(name)):
            if (not column.of and (name, column.name) not in PLAIN) or (name, column.name) in ALWAYS:
                continue
            beside = [
                n for n in (column.name, f"has_{column.name}", f"{column.name}_basis") if n in rows.columns
            ]
            for number in range(rows.height):
                if all(rows[number, one] is None for one in beside):
                    continue
                here = pl.int_range(pl.len()) == number
                made = rows.with_columns(
                    pl.when(here).then(None).otherwise(pl.col(n)).alias(n) for n in beside
                )
                yield Less(f"{name}.{column.name} of row {number}", estate.having(**{name: made}))


def shortened(estate: Estate, tables: frozenset[str]) -> Iterator[Less]:
    """Every row deleted, one at a time; coverage says that part of its table was not read."""
    for name in sorted((tables & set(estate.tables)) - {"coverage", "scopes"}):
        rows = estate[name]
        for number in range(rows.height):
            kept = rows.filter(pl.int_range(pl.len()) != number)
            gone = _keys(name, rows) - _keys(name, kept)
            yield Less(f"row {number} of {name}", _without(estate, name, kept, "partial"), gone)


def emptied(estate: Estate, tables: frozenset[str]) -> Iterator[Less]:
    """Every table deleted, one at a time; coverage says that it was not read."""
    for name in sorted((tables & set(estate.tables)) - {"coverage", "scopes"}):
        lost = _keys(name, estate[name])
        yield Less(f"table {name}", _without(estate, name, estate[name].clear(), "unread"), lost)


def _keys(name: str, rows: pl.DataFrame) -> frozenset[str]:
    return (
        frozenset(rows.select(SUBJECTS.get(name, pl.col("key"))).to_series())
        if _keyed(name, rows)
        else frozenset()
    )


def _keyed(name: str, rows: pl.DataFrame) -> bool:
    return name in SUBJECTS or "key" in rows.columns


def _without(estate: Estate, name: str, kept: pl.DataFrame, state: str) -> Estate:
    scopes = sorted(
        {""}.union(
            *(set(rows["scope"].drop_nulls()) for rows in estate.tables.values() if "scope" in rows.columns)
        )
    )
    lost = BESIDE.get(name, (name,))
    said = [{"scope": scope, "table": table, "state": state} for scope in scopes for table in lost]
    return estate.having(**{name: kept, "coverage": pl.concat([estate["coverage"], frame("coverage", said)])})


def of(check: Check, view: View) -> dict[str, str]:
    return dict(results(check, view).select("key", "result").iter_rows())


def wrongs(check: Check, before: dict[str, str], less: Less) -> Iterator[str]:
    """What got better although less is known."""
    view = seen(less.estate)
    after = of(check, view)
    nothing_lost = not less.gone and not any(
        now == "unknown" != before.get(key) for key, now in after.items()
    )
    judged = judge(view, [] if nothing_lost else [check])
    for subject, result in before.items():
        now = after.get(subject, "vanished")
        if now == result or now in ("gap", "unknown"):
            continue
        if now == "vanished" and subject in less.gone and judged.unknowns.height:
            continue
        yield f"{less.what}: {subject} was {result} and is {now}"
    if not nothing_lost and judged.unknowns.is_empty():
        yield f"{less.what}: nothing says that a verdict was lost"


@pytest.mark.parametrize(
    ("check_id", "case"), CASES, ids=[f"{check}: {case['name']}" for check, case in CASES]
)
def test_less_knowledge_never_looks_like_health(check_id: str, case: dict[str, Any]) -> None:
    check = next(one for one in every() if one.id == check_id)
    estate = estate_of(tables_of(case))
    view = seen(estate)
    before = of(check, view)
    asked = check.ask(view)
    tables = frozenset().union(
        *(read_by(one, view) for one in (asked if isinstance(asked, tuple) else (asked,)))
    )
    found = [
        wrong
        for changes in (blanked, shortened, emptied)
        for less in changes(estate, tables)
        for wrong in wrongs(check, before, less)
    ]
    assert found == []
