"""Who uses a credential or an identity, one row per user: the ground of every count of sharing."""

from __future__ import annotations

import polars as pl

from posture.checks.view import View
from posture.estate.serving import called

_SHOWN = ("key", "other", "agent", "certain")


def of_credentials(view: View) -> pl.DataFrame:
    """`key` of a credential, its user `other`, whether that is an `agent`, and whether it is `certain`.

    Every place of one value has the users of all of them. What lies within reach in somebody's home has that
    home as its one user, however many agents run there.
    """
    return view.kept("consumers of credentials", _of_credentials)


def of_identities(view: View) -> pl.DataFrame:
    """The same for identities: what runs as one, and what holds a credential of it."""
    return view.kept("consumers of identities", _of_identities)


def groups(view: View) -> pl.DataFrame:
    """`key` of each credential and its `group`: one for all places of one value."""
    return view.estate["credentials"].select("key", pl.coalesce("same_value_as", "key").alias("group"))


def links(view: View, *kinds: str) -> pl.DataFrame:
    """`from`, `to`, `certain` and `ambient` of every link of `kinds`.

    A tool is no user of the role of a function that it calls: the function is. Of a role that it runs as by
    itself it is one all the same.
    """
    found = view.estate["links"].filter(pl.col("kind").is_in(kinds))
    if "runs-as" in kinds:
        through = view.kept(
            "roles of what tools call", lambda v: called(v.estate["links"], v.estate["tools"]["key"])
        )
        found = found.join(through, on=["from", "to", "because"], how="anti", maintain_order="left")
    return found.select("from", "to", "certain", "ambient")


def as_counted(view: View, used: pl.DataFrame) -> pl.DataFrame:
    """`used` as it is counted: an agent is no further user of what lies within reach in its own home."""
    homes = view.estate["agents"].select(pl.col("key").alias("other"), pl.col("scope").alias("home"))
    lying = used.select("key", pl.col("other").alias("home")).unique()
    twice = used.join(homes, on="other").join(lying, on=["key", "home"], how="semi").select("key", "other")
    return used.join(twice, on=["key", "other"], how="anti")


def users_of(view: View, held: pl.DataFrame) -> pl.DataFrame:
    """`held` (`from`, `to`, `certain`, `ambient`) with tools replaced by the agents that use them."""
    users = links(view, "uses-tool").select(
        pl.col("from").alias("user"), pl.col("to").alias("from"), pl.col("certain").alias("used")
    )
    homes = view.estate["tools"].select(pl.col("key").alias("from"), pl.col("scope").alias("home"))
    tools = pl.concat([homes.select("from"), users.select("from")]).unique()
    through = (
        held.join(tools, on="from", how="semi")
        .join(homes, on="from", how="left")
        .join(users, on="from", how="left")
    )
    direct = held.join(tools, on="from", how="anti")
    return pl.concat(
        [
            through.select(
                pl.col("to").alias("key"),
                pl.coalesce(pl.when("ambient").then("home"), "user", "from").alias("other"),
                (pl.col("user").is_not_null() | pl.col("ambient")).alias("agent"),
                (pl.col("certain") & pl.col("used").fill_null(True)).alias("certain"),
            ),
            direct.select(
                pl.col("to").alias("key"),
                pl.col("from").alias("other"),
                _is_agent(view, "from"),
                "certain",
            ),
        ]
    )


def _is_agent(view: View, column: str) -> pl.Expr:
    """Whether the node is an agent; not known of one that only a link names."""
    others = [
        view.estate[name]["key"] for name in ("systems", "identities", "tools", "workflows", "credentials")
    ]
    return (
        pl.when(pl.col(column).is_in(view.estate["agents"]["key"].implode()))
        .then(pl.lit(True))
        .when(pl.col(column).is_in(pl.concat(others).implode()))
        .then(pl.lit(False))
        .alias("agent")
    )


def those(used: pl.DataFrame, agents: bool) -> pl.DataFrame:
    """The users that are agents, or those that are not; what may be either is not certain."""
    fits = pl.col("agent") if agents else ~pl.col("agent")
    return used.filter(fits.fill_null(True)).with_columns(
        (pl.col("certain") & pl.col("agent").is_not_null()).alias("certain")
    )


def _of_credentials(view: View) -> pl.DataFrame:
    found = pl.concat([users_of(view, links(view, "holds")), _seen(view)])
    # A secret that only a link names is one by itself.
    own = groups(view)
    group = pl.concat([own, found.select("key", pl.col("key").alias("group"))]).unique(
        "key", keep="first", maintain_order=True
    )
    shared = found.join(group, on="key").select("group", "other", "agent", "certain").unique()
    return shared.join(group, on="group").select(_SHOWN)


def _of_identities(view: View) -> pl.DataFrame:
    credentials = view.estate["credentials"]["key"].implode()
    running = links(view, "runs-as")
    opened = pl.concat([running.filter(pl.col("from").is_in(credentials)), links(view, "authenticates")])
    through = opened.join(of_credentials(view).rename({"key": "from", "certain": "held"}), on="from").select(
        pl.col("to").alias("key"), "other", "agent", (pl.col("certain") & pl.col("held")).alias("certain")
    )
    # The identity of a pipeline is the pipeline itself, no user of it.
    itself = view.estate["identities"].filter(pl.col("kind") == "pipeline")["key"].implode()
    pipelines = (
        view.estate["workflows"]
        .filter(~pl.col("identity").is_in(itself))
        .select(
            pl.col("identity").alias("key"),
            pl.col("key").alias("other"),
            pl.lit(False).alias("agent"),
            pl.lit(True).alias("certain"),
        )
    )
    direct = users_of(view, running.filter(~pl.col("from").is_in(credentials)))
    found = pl.concat([direct, through.select(_SHOWN), pipelines.drop_nulls("key"), _seen(view)])
    return found.filter(pl.col("key") != pl.col("other")).unique()


def _seen(view: View) -> pl.DataFrame:
    return (
        view.estate["uses"]
        .filter(pl.col("by").is_not_null())
        .select(
            pl.col("subject").alias("key"),
            pl.col("by").alias("other"),
            _is_agent(view, "by"),
            pl.lit(True).alias("certain"),
        )
    )


def environments(view: View) -> pl.DataFrame:
    """`other` and the `environment` it serves: agents, systems, homes and repositories, pipelines."""
    own = [
        view.estate[name].select(pl.col("key").alias("other"), "environment")
        for name in ("agents", "systems", "scopes", "identities")
    ]
    scopes = view.estate["scopes"].select(pl.col("key").alias("scope"), "environment")
    pipelines = view.estate["workflows"].select(pl.col("key").alias("other"), "scope")
    placed = pipelines.join(scopes, on="scope", how="left").select("other", "environment")
    return pl.concat([*own, placed]).unique("other", keep="first", maintain_order=True)
