"""What could not be seen, in few sentences, most harmful first."""

from __future__ import annotations

import polars as pl

_WEIGHT = {
    "policies": 0, "documents": 0, "identities": 1, "links": 2, "credentials": 3, "agents": 4, "tools": 5,
    "systems": 6,
}  # fmt: skip
"""Tables whose absence hides most come first."""

_MOST = 12


def blind(coverage: pl.DataFrame, inputs: pl.DataFrame) -> tuple[str, ...]:
    """One sentence per reason: what, where, and what would help."""
    failed = inputs.filter(pl.col("outcome") == "failed").sort("file")
    lines = [f"{row['file']} was not read: {row['why']}" for row in failed.head(_MOST).iter_rows(named=True)]
    lacking = coverage.filter(pl.col("state") != "complete", pl.col("scope") != "declarations")
    grouped = (
        lacking.with_columns(
            pl.col("table").replace_strict(_WEIGHT, default=9, return_dtype=pl.Int64).alias("rank"),
            pl.col("why").fill_null("not said why"),
            pl.col("would_help").fill_null(""),
        )
        .group_by("why", "would_help")
        .agg(
            pl.col("rank").min(),
            pl.col("scope").unique().sort().alias("scopes"),
            pl.col("table").unique().sort().alias("tables"),
        )
        .sort("rank", "why", "would_help")
    )
    for row in grouped.head(_MOST).iter_rows(named=True):
        scopes = row["scopes"]
        where = scopes[0] if len(scopes) == 1 else f"{len(scopes)} scopes"
        helps = f"; {row['would_help']}" if row["would_help"] else ""
        lines.append(f"{', '.join(row['tables'])} of {where}: {row['why']}{helps}")
    return tuple(lines[:_MOST])
