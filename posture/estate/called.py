"""What tools and credentials are called whose own name is that of many: by who uses, owns or holds them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from posture.model.keys import is_access_key, short


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


def credentials(tables: Mapping[str, pl.LazyFrame]) -> dict[str, str]:
    """By key, for each whose name is that of many: `ci's access key 1`, `token in bot/.mcp.json`."""
    named = tables["credentials"].filter(pl.col("name").is_not_null()).select("key", "name")
    opens = tables["links"].filter(pl.col("kind") == "authenticates")
    rows = (
        named.join(opens.group_by(key="from").agg(pl.col("to").min()), on="key", how="left")
        .sort("key")
        .collect()
    )
    found = {}
    for key, name, identity in rows.iter_rows():
        if key.startswith("secret:"):
            found[key] = f"{name} in {key.removeprefix('secret:').partition('#')[0]}"
        elif identity and (is_access_key(key) or key.startswith("arn:aws:iam:")):
            found[key] = f"{short(identity).rpartition('/')[2]}'s {name}"
    return found


def plainly(key: str, name: str | None) -> str:
    """The name of `key`, of users and roles of AWS with their kind: `role/ci` where the name is `ci`."""
    said = short(key)
    return said if not name or (key.startswith("arn:aws:iam:") and said.endswith(f"/{name}")) else name
