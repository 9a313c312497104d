"""Who uses credentials, in which tasks, where their copies lie, and what follows one rotation policy."""

from __future__ import annotations

import polars as pl

from posture.checks import consumers
from posture.checks.kleene import NOT_KNOWN
from posture.checks.related import (
    counted,
    distinct,
    distinct_where,
    some,
    some_where,
    together,
    unbroken,
    whole,
)
from posture.checks.view import Added, View

_CLOUDS = ("aws", "gcp", "azure", "kubernetes")
"""Where whatever runs can be given an identity of its own."""


def _consumers(view: View) -> pl.DataFrame:
    used = consumers.of_credentials(view)
    single = consumers.as_counted(view, used)
    # Whoever uses a secret of a home or repository does so by its agents and tools.
    local = whole(view, "credentials", "tools").rename({"whole": "tools"})
    read = together(whole(view, "credentials", "links"), local).select(
        "key", (pl.col("whole") | pl.col("tools")).alias("whole")
    )
    broad = view.rows("agents", ["broad"])
    agents = consumers.those(used, agents=True)
    of_broad = agents.join(broad.rename({"key": "other"}), on="other", how="left").select(
        "key", (pl.col("broad") & (pl.col("certain") | NOT_KNOWN)).alias("used_by_broad")
    )
    autonomous = view.estate["agents"].select(
        pl.col("key").alias("other"), "autonomy", "max_task", "environment"
    )
    driven = agents.join(autonomous, on="other", how="left").select(
        "key",
        ((pl.col("autonomy") == "autonomous") & (pl.col("certain") | NOT_KNOWN)).alias("used_by_autonomous"),
        pl.col("max_task"),
    )
    pipelines = pl.concat(
        [
            view.estate["workflows"].select("key"),
            view.estate["identities"].filter(pl.col("kind") == "pipeline").select("key"),
        ]
    )
    clouds = view.estate["systems"].filter(pl.col("provider").is_in(_CLOUDS)).select("key")
    built = _used_by(used, pipelines, "used_by_pipeline")
    offered = _used_by(used, pl.concat([pipelines, clouds]), "on_platform")
    # The shortest task among its agents is the one that it outlives first.
    tasks = (
        driven.filter("used_by_autonomous")
        .group_by("key")
        .agg(
            pl.col("max_task").min().alias("shortest_task"),
            pl.col("max_task").is_null().any().alias("untold"),
        )
    )
    return together(
        distinct_where(read, single, "consumers"),
        distinct_where(read, consumers.those(single, agents=True), "agents_using"),
        some_where(read, of_broad, "used_by_broad"),
        some_where(read, driven.select("key", "used_by_autonomous"), "used_by_autonomous"),
        some(view, "credentials", built, "used_by_pipeline", "links"),
        some(view, "credentials", offered, "on_platform", "links"),
        tasks.select("key", pl.when(~pl.col("untold")).then("shortest_task").alias("shortest_task")),
    )


def _used_by(used: pl.DataFrame, users: pl.DataFrame, name: str) -> pl.DataFrame:
    found = used.join(users.rename({"key": "other"}), on="other", how="semi")
    return found.select("key", (pl.lit(True) & (pl.col("certain") | NOT_KNOWN)).alias(name))


def _copies(view: View) -> pl.DataFrame:
    group = consumers.groups(view)
    scopes = view.estate["scopes"].select(pl.col("key").alias("scope"), pl.col("environment").alias("theirs"))
    stored = consumers.links(view, "stored-at").select(
        pl.col("from").alias("key"), pl.col("to").alias("place")
    )
    own = view.estate["credentials"].select("key", "scope", "store")
    # A secret that was found in a file is one place even where no link says so.
    placed = own.join(stored, on="key", how="left").filter(
        pl.col("place").is_not_null()
        | pl.col("key").str.starts_with("secret:")
        | pl.col("store").is_not_null()
    )
    serves = consumers.environments(view).rename({"other": "place"})
    places = placed.join(serves, on="place", how="left").join(scopes, on="scope", how="left").select(
        "key",
        pl.when(pl.col("place").is_null()).then("key")
        .when(pl.col("key").str.starts_with("secret:")).then(pl.concat_str("key", pl.lit(" in "), "place"))
        .otherwise("place").alias("other"),
        pl.coalesce("environment", "theirs").alias("environment"),
    )  # fmt: skip
    shared = places.join(group, on="key").select("group", "other", "environment").join(group, on="group")
    return together(
        distinct(view, "credentials", shared, "places", "credentials"),
        distinct(
            view,
            "credentials",
            shared.select(
                "key",
                pl.col("environment").fill_null("?").alias("other"),
                pl.col("environment").is_not_null().alias("certain"),
            ),
            "environments",
            "credentials",
        ),
        distinct(
            view,
            "credentials",
            shared.filter(pl.col("environment") == "production").select("key", "other"),
            "production_places",
            "credentials",
        ),
    )


def _tasks(view: View) -> pl.DataFrame:
    uses = view.estate["uses"].select(pl.col("subject").alias("key"), "task", "tool")
    seen = together(
        distinct(view, "credentials", uses.select("key", pl.col("task").alias("other")), "tasks", "uses"),
        distinct(
            view, "credentials", uses.select("key", pl.col("tool").alias("other")), "used_tools", "uses"
        ),
    )
    # Binding answers by itself; a seen use can only contradict it.
    kept = view.estate["credentials"].select("key", unbroken(view, "uses").alias("unbroken"))
    return together(seen, kept).with_columns(
        pl.col("unbroken").alias("tasks_complete"), pl.col("unbroken").alias("used_tools_complete")
    )


def _policy(view: View) -> pl.DataFrame:
    """Agents behind one rotation policy whose blast radius or permission differs too much for one."""
    own = view.estate["credentials"].select("key", "scope", "rotation_policy", "has_rotation_policy")
    agents = view.rows("agents", ["reaches_systems", "reaches_mask", "reaches_criticality"])
    # Whoever uses it for certain in one way may use it in an uncertain one too.
    used = (
        consumers.those(consumers.of_credentials(view), agents=True)
        .group_by("key", "other")
        .agg(pl.col("certain").any())
    )
    held = own.join(used, on="key").join(agents.rename({"key": "other"}), on="other", how="left")
    size = pl.col("reaches_systems").clip(lower_bound=1) * pl.col("reaches_criticality").clip(lower_bound=1)
    uneven = (size.max() >= view.limits.reach_ratio * size.min()) | (pl.col("reaches_mask").n_unique() > 1)
    policies = (
        held.drop_nulls("rotation_policy")
        .group_by("rotation_policy")
        .agg(
            pl.when(size.is_null().any() | ~pl.col("certain").all())
            .then(None)
            .otherwise(uneven)
            .alias("uneven"),
            pl.col("other").n_unique().cast(pl.Int64).alias("policy_agents"),
        )
    )
    # Another credential there may follow the same policy.
    untold = held.filter(pl.col("has_rotation_policy").is_null())["scope"].unique().implode()
    known = (
        whole(view, "credentials", "links")
        .join(own, on="key")
        .join(policies, on="rotation_policy", how="left")
    )
    open_ = ~pl.col("whole") | pl.col("scope").is_in(untold) | pl.col("uneven").is_null()
    return known.select(
        "key", (pl.col("uneven").fill_null(False) | (open_ & NOT_KNOWN)).alias("uneven"), "policy_agents"
    )


_USED = ("links", "agents", "tools", "uses")
ADDED = (
    Added(
        "credentials",
        (
            *counted("consumers"), *counted("agents_using"), "used_by_broad", "used_by_autonomous",
            "used_by_pipeline", "on_platform", "shortest_task",
        ),
        _USED,
        _consumers,
    ),
    Added(
        "credentials",
        (*counted("places"), *counted("environments"), *counted("production_places")),
        ("credentials", "links", "scopes"),
        _copies,
    ),
    Added("credentials", (*counted("tasks"), *counted("used_tools")), ("uses",), _tasks),
    Added("credentials", ("uneven", "policy_agents"), ("links", "agents"), _policy),
)  # fmt: skip
