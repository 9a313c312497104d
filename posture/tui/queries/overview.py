"""The few rows that the overview asks of the tables."""

from __future__ import annotations

import polars as pl

from posture.model.assessment import Assessment
from posture.reports.names import Names

SHOWN = 10


def chokes(assessment: Assessment) -> pl.DataFrame:
    """The points through which most risk passes; of a link and an end that carry the same, the end."""
    ordered = assessment.tables["chokes"].sort(["share", "key"], descending=[True, False])
    rows = ordered.head(4 * SHOWN).collect()
    nodes = {
        key: share for key, kind, share in rows.select("key", "kind", "share").iter_rows() if kind == "node"
    }
    kept = [
        not any(nodes.get(end) == share for end in key.split(" -> ") if end != key)
        for key, share in rows.select("key", "share").iter_rows()
    ]
    rows = rows.filter(pl.Series(kept, dtype=pl.Boolean)).head(SHOWN)
    ends = {end for key in rows["key"] for end in key.split(" -> ")}
    names = Names(assessment.tables, pl.Series("key", sorted(ends), dtype=pl.String))
    return rows.with_columns(pl.Series("name", [names.of(key) for key in rows["key"]], dtype=pl.String))
