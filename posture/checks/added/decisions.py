"""What can be read off a decision: whether somebody else approved it, and for how long it holds."""

from __future__ import annotations

import polars as pl

from posture.checks.view import SUBJECTS, Added, View


def _terms(view: View) -> pl.DataFrame:
    return (
        view.estate["decisions"]
        .filter(pl.col("kind") == "exception")
        .select(
            SUBJECTS["decisions"].alias("key"),
            (pl.col("approver").is_not_null() & (pl.col("approver") != pl.col("author"))).alias(
                "countersigned"
            ),
            (pl.col("expires") - pl.col("decided")).dt.total_days().alias("term_days"),
        )
        # Several on one subject: each is held to the worst, so that no sound one hides another.
        .group_by("key", maintain_order=True)
        .agg(pl.col("countersigned").min(), pl.col("term_days").max())
    )


ADDED = (Added("decisions", ("countersigned", "term_days"), ("decisions",), _terms),)
