"""What could not be seen, in few sentences, most harmful first."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

_WEIGHT = {
    "policies": 0, "documents": 0, "identities": 1, "links": 2, "credentials": 3, "agents": 4, "tools": 5,
    "systems": 6,
}  # fmt: skip
"""Tables whose absence hides most come first."""

_NOUNS = ("agents", "identities", "credentials", "tools", "systems")
_DECLARATIONS = "declarations"
"""The scope under which a declaration that does not hold stands; it hides less than any missing source."""
_MOST = 12


def blind(tables: Mapping[str, pl.DataFrame]) -> tuple[str, ...]:
    """One sentence per reason: what, where, and what would help."""
    coverage, inputs = tables["coverage"], tables["inputs"]
    failed = inputs.filter(pl.col("outcome") == "failed").sort("file")
    lines = [f"{row['file']} was not read: {row['why']}" for row in failed.head(_MOST).iter_rows(named=True)]
    if all(tables[noun].is_empty() for noun in _NOUNS):
        lines.append("nothing was read that acts or could be reached; `posture sources` names the exports")
    lacking = coverage.filter(pl.col("state") != "complete")
    grouped = (
        lacking.with_columns(
            pl.when(pl.col("scope") == _DECLARATIONS)
            .then(pl.lit(10, pl.Int64))
            .otherwise(pl.col("table").replace_strict(_WEIGHT, default=9, return_dtype=pl.Int64))
            .alias("rank"),
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
        of = "" if where == _DECLARATIONS else f" of {where}"
        lines.append(f"{', '.join(row['tables'])}{of}: {row['why']}{helps}")
    return tuple(lines[:_MOST])
