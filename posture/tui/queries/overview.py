"""The few rows that the overview asks of the tables."""

from __future__ import annotations

import polars as pl

from posture.model.assessment import Assessment

SHOWN = 10


def chokes(assessment: Assessment) -> pl.DataFrame:
    """The points through which most risk passes."""
    ordered = assessment.tables["chokes"].sort(["share", "key"], descending=[True, False])
    return ordered.head(SHOWN).collect()
