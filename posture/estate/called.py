"""What tools and credentials are called whose own name is that of many: by who uses, owns or holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from posture.model.keys import ACCESS_KEY, short

Tables = Mapping[str, pl.LazyFrame]


def tools(tables: Tables) -> pl.LazyFrame:
    """`key` and `said` of each tool that shares its name with another: `Bash of release-bot and 1 more`."""
    own = tables["tools"].filter(pl.col("kind") != "operation", pl.col("name").is_not_null())
    shared = own.filter(pl.len().over("name") > 1).select("key", "name")
    users = tables["links"].filter(pl.col("kind") == "uses-tool").select("from", key="to").unique()
    agents = tables["agents"].select(pl.col("key").alias("from"), pl.col("name").alias("agent"))
    others = pl.col("others")
    return (
        shared.join(users.join(agents, on="from"), on="key")
        .sort("key", "from")
        .group_by("key", "name", maintain_order=True)
        .agg(pl.col("from").first(), pl.col("agent").first(), (pl.len() - 1).alias("others"))
        .select(
            "key",
            said=pl.col("name")
            + " of "
            + pl.coalesce("agent", pl.col("from").map_elements(short, pl.String))
            + pl.when(others > 0).then(pl.format(" and {} more", others)).otherwise(pl.lit("")),
        )
    )


def credentials(tables: Tables) -> pl.LazyFrame:
    """`key` and `said` of each credential that is named by its kind alone: `ci's access key 1`, or
    `token in bot/.mcp.json`.
    """
    named = tables["credentials"].filter(pl.col("name").is_not_null()).select("key", "name")
    opens = tables["links"].filter(pl.col("kind") == "authenticates")
    key, identity, name = pl.col("key"), pl.col("to"), pl.col("name")
    issued = key.str.contains(f"^{ACCESS_KEY}$") | key.str.starts_with("arn:aws:iam:")
    whose = (
        pl.when(identity.str.ends_with(":root"))
        .then(pl.lit("root of ") + identity.str.split(":").list.get(4, null_on_oob=True))
        .otherwise(identity.str.split("/").list.last())
    )
    place = key.str.strip_prefix("secret:").str.split("#").list.first()
    return (
        named.join(opens.group_by(key="from").agg(pl.col("to").min()), on="key", how="left")
        .select(
            "key",
            said=pl.when(key.str.starts_with("secret:"))
            .then(name + " in " + place)
            .when(issued & identity.is_not_null())
            .then(whose + "'s " + name),
        )
        .drop_nulls()
    )


NAMING: Mapping[str, Callable[[Tables], pl.LazyFrame]] = {"credentials": credentials, "tools": tools}
"""By table, what of it is called otherwise than by its own name."""


def told(tables: Tables, noun: str) -> dict[str, str]:
    """What is called otherwise than by its own name, by key."""
    return dict(NAMING[noun](tables).collect().iter_rows())


def plainly(key: str, name: str | None) -> str:
    """The name of `key`, of users and roles of AWS with their kind: `role/ci` where the name is `ci`."""
    said = short(key)
    return said if not name or (key.startswith("arn:aws:iam:") and said.endswith(f"/{name}")) else name
