"""What can be read off a decision: whether somebody else approved it, and for how long it holds."""

from __future__ import annotations

import polars as pl

from posture.checks.view import SUBJECTS, Added, View


def _terms(view: View) -> pl.DataFrame:
    return (
        view.estate["decisions"]
        .select(
            SUBJECTS["decisions"].alias("key"),
            (pl.col("approver").is_not_null() & (pl.col("approver") != pl.col("author"))).alias(
                "countersigned"
            ),
            (pl.col("expires") - pl.col("decided")).dt.total_days().alias("term_days"),
        )
        .unique("key", keep="last", maintain_order=True)
    )


ADDED = (Added("decisions", ("countersigned", "term_days"), ("decisions",), _terms),)
