"""Who acts when a tool calls a function: the function does, as the role that it runs as."""

from __future__ import annotations

import polars as pl

from posture.estate.estate import Estate
from posture.model.frames import frame


def serving(estate: Estate) -> pl.DataFrame:
    """A link from each tool to every identity that what it calls runs as."""
    found = called(estate["links"], estate["tools"]["key"]).select(
        "from", "to", "source", "file", "at", "collected_at", "certain", "because", kind=pl.lit("runs-as")
    )
    # Of several ways to one role the surest is told.
    surest = found.sort("from", "to", "certain", "because", descending=[False, False, True, False])
    unique = surest.unique(["from", "to"], keep="first", maintain_order=True)
    return frame("links", unique.to_dicts())


def called(links: pl.DataFrame, tools: pl.Series) -> pl.DataFrame:
    """`from` and `to`: each of `tools`, as whom something runs that it calls, and `because` of what."""
    calling = links.filter(pl.col("kind") == "calls", pl.col("from").is_in(tools.implode()))
    running = links.filter(pl.col("kind") == "runs-as").select(
        pl.col("from").alias("system"), pl.col("to").alias("role"), pl.col("certain").alias("runs")
    )
    return (
        calling.rename({"to": "system"})
        .join(running, on="system")
        .with_columns(
            pl.col("certain") & pl.col("runs"),
            because=pl.format("{} runs as it, and the tool calls that", "system"),
        )
        .drop("runs", "system")
        .rename({"role": "to"})
    )
