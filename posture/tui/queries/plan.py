"""The steps in order, and what hangs on one."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from posture.model.assessment import Assessment
from posture.tui import say

LISTED = 100
"""Findings that a page of evidence lists."""


@dataclass(frozen=True, slots=True)
class Hanging:
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
