"""The steps in order, and what hangs on one."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import polars as pl
from msgspec import Struct

from posture.model.assessment import Assessment
from posture.model.errors import PostureError
from posture.tui import say
from posture.tui.desk import Tries

if TYPE_CHECKING:
    from posture.assess.trying import Tried

SAME = 1e-6
"""Hours that differ by less are one moment."""
LISTED = 100
"""Findings that a page of evidence lists."""


class Hanging(Struct, frozen=True):
    """What must come before a step, and what it closes."""

    needs: pl.DataFrame
    findings: pl.DataFrame
    closes: int


def steps(assessment: Assessment) -> pl.DataFrame:
    """The order, then the control lane."""
    ordered = assessment.tables["steps"].sort("lane", "n", descending=[True, False])
    return ordered.with_columns(urgent=pl.col("label").is_in(say.URGENT)).collect()


def hanging(assessment: Assessment, step: str) -> Hanging:
    """Needs and findings of `step`."""
    tables = assessment.tables
    names = tables["steps"].select(pl.col("id"), pl.col("title"), pl.col("n"))
    needs = (
        tables["step_needs"]
        .filter(pl.col("step") == step)
        .join(names, left_on="needs", right_on="id", how="left")
        .sort("n", "needs")
        .collect()
    )
    closed = tables["step_findings"].filter(pl.col("step") == step).select("finding").unique()
    found = tables["findings"].join(closed, left_on="id", right_on="finding", how="semi")
    every = found.select("id", "check", "name", "subject", "severity", "observed").sort("id").collect()
    return Hanging(needs, every.head(LISTED), every.height)


class Scenario(Struct, frozen=True):
    """The plan with some steps left out, beside the whole plan."""

    out: frozenset[str]
    whole: Tried
    tried: Tried
    burn: tuple[tuple[float, float], ...]
    late_whole: tuple[str, ...]
    """Steps whose date has passed when they are done, with every step, ..."""
    late: tuple[str, ...]
    """... and with some left out."""
    warnings: tuple[str, ...]


class Refused(Struct, frozen=True):
    """Why steps may not be left out."""

    says: str


def scenario(tries: Tries, out: frozenset[str]) -> Scenario | Refused:
    """What leaving `out` out comes to, or why that may not be."""
    try:
        says = tries.refused(out)
        if says:
            return Refused(says)
        return Scenario(
            out=out,
            whole=tries.planned,
            tried=tries.without(out),
            burn=tries.burn(out),
            late_whole=tries.late(),
            late=tries.late(out),
            warnings=tries.one_sided(out),
        )
    except PostureError as error:
        return Refused(str(error))


def marked(frame: pl.DataFrame, out: frozenset[str], found: Scenario | None) -> pl.DataFrame:
    """`frame` with which steps are out, and the risk that is left after each of the others.

    A curve that was thinned bounds what is left from above: `at_most` says so.
    """
    made = frame.with_columns(
        out=pl.col("id").is_in(sorted(out)), left=pl.col("risk_after"), at_most=pl.lit(False)
    )
    if found is None or not found.out:
        return made
    left, at_most = _left(made, found)
    return made.with_columns(
        pl.Series("left", left, dtype=pl.Float64),
        pl.Series("at_most", at_most, dtype=pl.Boolean),
        at_risk=pl.col("id").is_in(list(found.late)),
    )


def _left(frame: pl.DataFrame, found: Scenario) -> tuple[list[float | None], list[bool]]:
    hours = [hour for hour, _ in found.burn]
    spent = 0.0
    left: list[float | None] = []
    told = []
    for id_, lane, effort in frame.select("id", "lane", "effort").iter_rows():
        if lane != "order" or id_ in found.out:
            left.append(None)
            told.append(True)
            continue
        spent += effort
        at = bisect_right(hours, spent + SAME) - 1
        left.append(found.burn[at][1])
        told.append(abs(hours[at] - spent) <= SAME)
    return left, [not exact for exact in told]
