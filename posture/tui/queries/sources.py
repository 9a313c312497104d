"""What was read, what was not, and where sources contradict each other."""

from __future__ import annotations

import polars as pl

from posture.model.assessment import Assessment

_STATES = {"unread": 0, "partial": 1, "complete": 2}
_OUTCOMES = {"failed": 0, "partial": 1, "absent": 2, "skipped": 3, "read": 4}


def coverage(assessment: Assessment) -> pl.DataFrame:
    """What was read of each table in each scope, the blind spots first."""
    place = pl.col("state").replace_strict(_STATES, return_dtype=pl.Int8)
    key = pl.concat_str("source", "scope", "table", separator="\n", ignore_nulls=True)
    return (
        assessment.tables["coverage"]
        .with_columns(place=place, key=key)
        .sort("place", "scope", "table", "source")
        .collect()
    )


def files(assessment: Assessment) -> pl.DataFrame:
    """Every file that was looked at, those that failed first."""
    place = pl.col("outcome").replace_strict(_OUTCOMES, return_dtype=pl.Int8)
    return (
        assessment.tables["inputs"]
        .with_columns(place=place, key=pl.col("file"))
        .sort("place", "file")
        .collect()
    )


def conflicts(assessment: Assessment) -> pl.DataFrame:
    """Facts on which two sources differ, those where a declaration lowers risk first."""
    ordered = (
        assessment.tables["conflicts"]
        .rename({"key": "node"})
        .with_columns(
            key=pl.concat_str("table", "node", "column", "other_from", separator="\n", ignore_nulls=True)
        )
    )
    return ordered.sort(
        ["lowers_risk", "table", "node", "column"], descending=[True, False, False, False]
    ).collect()
