"""What a credential may do at the system that it opens, where nobody lists its rights."""

from __future__ import annotations

import polars as pl

from posture.estate.estate import Estate
from posture.model.classes import EVERYTHING, Classes

LEAST = int(Classes.READ)
"""Whoever is let in may at least look."""


def opening(estate: Estate) -> pl.DataFrame:
    """The links, with classes on every `opens` that had none.

    For certain it lets its holder read, and do what a tool does that holds it and calls the same system;
    possibly it lets them do everything, which a second, uncertain link says.
    """
    links = estate["links"]
    blank = (pl.col("kind") == "opens") & pl.col("classes").is_null()
    bare = links.filter(blank)
    if bare.is_empty():
        return links
    effects = estate["tools"].select(pl.col("key").alias("tool"), pl.col("effects").fill_null(0))
    holding = links.filter(pl.col("kind") == "holds", ~pl.col("ambient")).select(
        pl.col("from").alias("tool"), pl.col("to").alias("credential")
    )
    calling = links.filter(pl.col("kind") == "calls").select(
        pl.col("from").alias("tool"), pl.col("to").alias("system")
    )
    through = holding.join(calling, on="tool").join(effects, on="tool")
    done = through.group_by("credential", "system").agg(pl.col("effects").bitwise_or().alias("_done"))
    surely = (
        bare.join(done, left_on=["from", "to"], right_on=["credential", "system"], how="left")
        .with_columns((pl.col("_done").fill_null(0) | LEAST).alias("classes"))
        .select(links.columns)
    )
    perhaps = bare.with_columns(
        pl.lit(int(EVERYTHING), pl.Int64).alias("classes"),
        pl.lit(False).alias("certain"),
        pl.lit("what its holder may do there is not known").alias("depends_on"),
    ).select(links.columns)
    return pl.concat([links.filter(~blank), surely, perhaps])
