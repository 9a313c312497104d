"""What tools are called where several bear one name, as every built-in does: by the agent that uses it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from posture.model.keys import short


def tools(tables: Mapping[str, pl.LazyFrame]) -> dict[str, str]:
    """By key, for each tool that shares its name with another: `Bash of release-bot and 1 more`."""
    own = tables["tools"].filter(pl.col("kind") != "operation", pl.col("name").is_not_null())
    shared = own.filter(pl.len().over("name") > 1).select("key", "name")
    users = tables["links"].filter(pl.col("kind") == "uses-tool").select("from", key="to").unique()
    agents = tables["agents"].select(pl.col("key").alias("from"), pl.col("name").alias("agent"))
    rows = (
        shared.join(users.join(agents, on="from"), on="key")
        .sort("key", "from")
        .group_by("key", "name", maintain_order=True)
        .agg(pl.col("from").first(), pl.col("agent").first(), (pl.len() - 1).alias("others"))
        .collect()
    )
    return {
        key: f"{name} of {agent or short(agent_key)}" + (f" and {others} more" if others else "")
        for key, name, agent_key, agent, others in rows.iter_rows()
    }
