"""The graph's line per subject; what may be reached is open where a way leads out of what was read."""

from __future__ import annotations

import polars as pl

from posture.checks.blind import blind
from posture.checks.related import whole
from posture.checks.view import View

REACH = tuple(
    f"{prefix}{name}"
    for prefix in ("reaches_", "may_reach_")
    for name in ("mask", "criticality", "criticality_write", "criticality_destroy", "systems", "domains")
)
"""Columns of the graph's line per subject."""


def followed(view: View, noun: str, *tables: str) -> pl.DataFrame:
    """`key` and `whole`: whether `tables` were read whole and every way from it was followed to its end."""
    lost = blind(view)["key"].implode()
    return whole(view, noun, *tables).with_columns(pl.col("whole") & ~pl.col("key").is_in(lost))


def reach(view: View, noun: str, *tables: str) -> pl.DataFrame:
    """What is certainly reached, and what may be; the latter not known where not everything was followed."""
    lines = view.nodes
    perhaps = [name for name in lines.columns if name.startswith("may_reach_")]
    joined = followed(view, noun, *tables).join(lines, on="key", how="left", maintain_order="left")
    return joined.with_columns(
        pl.when(pl.col("whole")).then(pl.col(name)).otherwise(None).alias(name) for name in perhaps
    ).drop("whole")
