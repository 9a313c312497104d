"""How identities are used: grants against use, people, workloads that are gone, keys."""

from __future__ import annotations

import polars as pl

from posture.checks import consumers
from posture.checks.kleene import NOT_KNOWN
from posture.checks.related import (
    counted,
    distinct,
    latest,
    some,
    stated,
    together,
)
from posture.checks.view import Added, View
from posture.model.classes import Classes

_DESTROYS = int(Classes.DESTRUCTIVE | Classes.EXTERNAL | Classes.ADMIN)


def _grants(view: View) -> pl.DataFrame:
    limits = view.limits
    used = (
        pl.when(pl.col("service").is_null())
        .then(pl.col("used") <= pl.col("granted") * (1 - limits.permissions_unused))
        .otherwise(pl.col("used") == 0)
    )
    made = view.estate["identities"].select(pl.col("key").alias("subject"), "created")
    seen = pl.coalesce("collected_at", pl.lit(view.estate.as_of, pl.Datetime("us", "UTC")))
    # Whoever is younger than the period cannot have left anything unused for so long, wherever it is tracked.
    young = (seen - pl.col("created")).dt.total_days() < limits.identity_unused
    unused = (
        pl.when(young)
        .then(used & NOT_KNOWN)
        .otherwise((pl.col("window_days") >= limits.identity_unused) & used)
    )
    rows = view.estate["grants"].join(made, on="subject", how="left", maintain_order="left")
    grants = rows.select(
        pl.col("subject").alias("key"),
        unused.alias("unused"),
        (used & ((pl.col("classes") & _DESTROYS) != 0)).alias("unused_destructive"),
        (pl.col("breadth").is_in(["all-data", "admin"]))
        .or_(pl.col("offline") & (pl.col("used") < pl.col("granted") * (1 - limits.scopes_unused)))
        .alias("broader_than_used"),
        pl.col("has_ends").alias("time_bound"),
        pl.col("has_ends").not_().alias("standing"),
        "granted",
        pl.col("used").alias("used"),
    )
    sums = grants.group_by("key").agg(pl.col("granted", "used").sum())
    tests = ("unused", "unused_destructive", "broader_than_used", "standing")
    bound = grants.filter(pl.col("time_bound"))["key"].implode()
    return together(
        *(stated(view, "identities", grants.select("key", test), test, "grants") for test in tests), sums
    ).with_columns(pl.col("key").is_in(bound).alias("time_bound"))


def _human_use(view: View) -> pl.DataFrame:
    mine = pl.concat(
        [
            view.estate["identities"].select(pl.col("key").alias("subject"), "key"),
            consumers.links(view, "authenticates").select(
                pl.col("from").alias("subject"), pl.col("to").alias("key")
            ),
        ]
    )
    uses = (
        view.estate["uses"]
        .join(mine, on="subject")
        .select(
            "key",
            pl.col("by").alias("other"),
            (pl.col("interactive") & ~view.older("last", view.limits.human_use)).alias("human_use"),
        )
    )
    return together(
        stated(view, "identities", uses, "human_use", "uses"),
        distinct(view, "identities", uses.filter("human_use"), "humans", "uses"),
    )


def _gone(view: View) -> pl.DataFrame:
    others = pl.concat([view.estate[name]["key"] for name in ("tools", "credentials")]).implode()
    users = pl.concat(
        [
            view.estate["systems"].select(
                pl.col("key").alias("from"),
                pl.col("state").is_in(["retired", "deleted"]).alias("workload_gone"),
            ),
            view.estate["agents"].select(
                pl.col("key").alias("from"),
                pl.col("state").is_in(["retired", "deleted", "paused"]).alias("workload_gone"),
            ),
        ]
    )
    found = (
        consumers.links(view, "runs-as")
        .filter(~pl.col("from").is_in(others))
        .join(users, on="from", how="left")
        .select(pl.col("to").alias("key"), pl.col("from").alias("other"), "workload_gone")
    )
    return together(
        some(view, "identities", found, "workload_gone", "identities"),
        distinct(view, "identities", found.filter("workload_gone"), "gone", "identities"),
    )


def _keys(view: View) -> pl.DataFrame:
    opened = consumers.links(view, "authenticates").rename({"from": "other", "to": "key"})
    lively = view.estate["credentials"].select(pl.col("key").alias("other"), "last_used", "has_last_used")
    return together(
        view.estate["identities"].select("key", pl.col("last_used_blind").fill_null(False).alias("blind")),
        distinct(view, "identities", opened, "keys", "credentials"),
        latest(
            view,
            "identities",
            opened.join(lively.filter(pl.col("has_last_used").fill_null(True)), on="other").select(
                "key", pl.col("last_used").alias("key_used")
            ),
            "key_used",
            "credentials",
        ),
    )


_KEYS = ("credentials", "links")
ADDED = (
    Added(
        "identities",
        ("unused", "unused_destructive", "broader_than_used", "standing", "time_bound", "granted", "used"),
        ("grants",),
        _grants,
    ),
    Added("identities", ("human_use", *counted("humans")), ("uses",), _human_use),
    Added("identities", ("workload_gone", *counted("gone")), ("systems", "agents", "links"), _gone),
    Added("identities", (*counted("keys"), "key_used", "has_key_used", "blind"), _KEYS, _keys),
)
