"""What joins and reach add to credentials."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from posture.checks import consumers
from posture.checks.reached import REACH, reach
from posture.checks.related import (
    counted,
    distinct,
    some,
    together,
)
from posture.checks.view import Added, View

STATIC = (
    "access-key", "service-account-key", "api-key", "token", "personal-token", "password", "ssh-key",
    "private-key", "database-password", "app-password", "certificate", "oauth-grant", "unknown",
)  # fmt: skip
"""Kinds that are a value somebody keeps, which does not expire by itself."""


def _reach(view: View) -> pl.DataFrame:
    return reach(view, "credentials", "policies")


def _identity(view: View) -> pl.DataFrame:
    opened = consumers.links(view, "authenticates", "runs-as").select(
        pl.col("from").alias("key"), pl.col("to").alias("identity")
    )
    known = view.estate["identities"].select(
        pl.col("key").alias("identity"),
        pl.col("class").alias("identity_class"),
        pl.col("enabled").alias("identity_enabled"),
        pl.col("state").alias("identity_state"),
    )
    joined = opened.join(known, on="identity", how="inner").sort("key", "identity")
    return (
        view.estate["credentials"]
        .select("key")
        .join(
            joined.unique("key", keep="first", maintain_order=True),
            on="key",
            how="left",
            maintain_order="left",
        )
    )


def _live(view: View) -> pl.DataFrame:
    """Validity that nobody knows counts as valid; what is switched off opens nothing.

    What signs a person in is theirs and no static key of a machine.
    """
    renewed_by_new_id = pl.col("kind").is_in(["access-key", "service-account-key"])
    people = view.estate["identities"].filter(pl.col("class") == "human")["key"].implode()
    theirs = consumers.links(view, "authenticates").filter(pl.col("to").is_in(people))["from"].implode()
    made = view.estate["credentials"].select(
        "key",
        (pl.col("valid").fill_null(True) & pl.col("enabled").fill_null(True)).alias("live"),
        pl.coalesce("rotated", pl.when(renewed_by_new_id | ~pl.col("has_rotated")).then("created")).alias(
            "issued"
        ),
        _long_lived(view).alias("long_lived"),
        _endless(view).alias("endless"),
        (pl.col("kind").is_in(STATIC) & ~pl.col("key").is_in(theirs)).alias("static"),
        (pl.col("ttl") / 3600).alias("ttl_hours"),
        (pl.col("ttl") <= view.limits.reissue_after_change * 3600).fill_null(False).alias("renews_itself"),
        pl.col("last_used_blind").fill_null(False).alias("blind"),
        "kind",
    )
    limits = view.limits
    over, allowed = view.older("issued", limits.key_age), pl.lit(limits.key_age)
    for kind, days in sorted(limits.key_ages.items()):
        own = pl.col("kind") == kind
        over = pl.when(own).then(view.older("issued", days)).otherwise(over)
        allowed = pl.when(own).then(days).otherwise(allowed)
    return made.with_columns(over.alias("over_age"), allowed.alias("age_allowed")).drop("kind")


def _long_lived(view: View) -> pl.Expr:
    hours = timedelta(hours=view.limits.long_lived)
    # What is left is part of the whole life, so it answers where nobody says when it began.
    left = pl.col("expires") - pl.lit(view.estate.as_of, pl.Datetime("us", "UTC"))
    over = ((pl.col("expires") - pl.coalesce("rotated", "created")) > hours) | (left > hours)
    by_ttl = pl.col("ttl") > view.limits.long_lived * 3600
    return pl.when(by_ttl.is_not_null()).then(by_ttl).otherwise(_never_ends() | over)


def _endless(view: View) -> pl.Expr:
    begin = pl.coalesce("rotated", "created")
    return _never_ends() | ((pl.col("expires") - begin) > timedelta(days=view.limits.expiry))


def _never_ends() -> pl.Expr:
    """An access key has no end by nature; of anything else its source must say so."""
    by_nature = (pl.col("kind") == "access-key") & pl.col("has_expires").is_null()
    return by_nature | ~pl.col("has_expires")


def _changed(view: View) -> pl.DataFrame:
    limits = view.limits
    issued = view.rows("credentials", ["issued"])
    opened = consumers.links(view, "authenticates").select(
        pl.col("from").alias("key"), pl.col("to").alias("subject")
    )
    using = consumers.of_credentials(view).select("key", pl.col("other").alias("subject"))
    mine = pl.concat([issued.select("key", pl.col("key").alias("subject")), opened, using]).unique()
    burst = (pl.col("count") >= limits.retry_least) & (
        pl.col("count") >= limits.retry_factor * pl.col("median")
    )
    telling = (pl.col("kind") != "retry-burst") | burst
    events = (
        view.estate["events"]
        .join(mine, on="subject")
        .join(issued, on="key")
        .select(
            "key",
            pl.col("kind").alias("other"),
            (
                telling
                & (pl.col("time") > pl.col("issued"))
                & view.older("time", limits.reissue_after_change / 24)
            ).alias("changed_since"),
        )
    )
    return together(
        some(view, "credentials", events, "changed_since", "events"),
        distinct(view, "credentials", events.filter("changed_since"), "changes", "events"),
    )


ADDED = (
    Added("credentials", REACH, ("policies", "links", "systems"), _reach),
    Added(
        "credentials",
        ("identity", "identity_class", "identity_enabled", "identity_state"),
        ("links", "identities"),
        _identity,
    ),
    Added(
        "credentials",
        (
            "live", "issued", "long_lived", "endless", "static", "ttl_hours", "renews_itself", "blind",
            "over_age", "age_allowed",
        ),
        ("credentials", "links", "identities"),
        _live,
    ),
    Added("credentials", ("changed_since", *counted("changes")), ("events", "links"), _changed),
)  # fmt: skip
