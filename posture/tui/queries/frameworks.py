"""Controls of the frameworks and the checks that speak for each."""

from __future__ import annotations

import polars as pl

from posture.model.assessment import Assessment
from posture.model.overview import CheckRow
from posture.model.results import Status


def counted(assessment: Assessment) -> pl.DataFrame:
    """One row per framework, as the overview has them, with the counts per status beside."""
    rows = [
        {
            "framework": entry.framework,
            "title": entry.title,
            "gap": entry.counts.get("gap", 0),
            "controls": sum(entry.counts.values()),
            **{f"is {word}": entry.counts.get(word, 0) for word in Status},
        }
        for entry in assessment.overview.frameworks
    ]
    return pl.DataFrame(rows) if rows else pl.DataFrame(schema={"framework": pl.String, "title": pl.String})


def controls(assessment: Assessment, framework: str) -> pl.DataFrame:
    """The controls of `framework` as published, each with the place of its status in precedence."""
    order = {word.value: place for place, word in enumerate(Status)}
    return (
        assessment.tables["controls"]
        .filter(pl.col("framework") == framework)
        .with_columns(
            place=pl.col("status").replace_strict(order, return_dtype=pl.Int8),
            key=pl.concat_str("framework", "control", separator="/"),
        )
        .collect()
    )


def speaking(assessment: Assessment, control: str) -> list[CheckRow]:
    """The checks that name `control`."""
    return [check for check in assessment.overview.checks if control in check.controls]
