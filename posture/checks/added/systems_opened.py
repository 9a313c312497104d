"""What the policies of systems let in from outside."""

from __future__ import annotations

import polars as pl

from posture.access.aws.bearing import known
from posture.checks.added.identities import held
from posture.checks.related import counted, distinct_where, some_where, together, unbroken, whole
from posture.checks.view import Added, View
from posture.sources.aws.carriers import TABLE


def policies_known(view: View) -> pl.DataFrame:
    """`key` of every system, and `whole`: whether its own policy is known, or that it has none."""
    return view.kept("policies of systems", _policies_known)


def _policies_known(view: View) -> pl.DataFrame:
    bearing = known(view.estate)
    lacking = bearing.filter(~pl.col("known"))["key"].implode()
    own = view.estate["systems"].select("key", "provider", pl.col("scope").fill_null(""))
    # What of AWS can carry no policy lets nobody in by itself; elsewhere grants stand with all others.
    told = pl.when(pl.col("provider") == "aws").then(
        ~pl.col("key").is_in(lacking) & unbroken(view, "links", "identities")
    )
    read = together(whole(view, "systems", "policies"), own)
    return read.select("key", told.otherwise("whole").alias("whole"))


def _outside(view: View) -> pl.DataFrame:
    zone = view.estate["scopes"].select(pl.col("key").alias("their_scope"), "trusted")
    them = (
        view.estate["identities"]
        .filter(pl.col("kind") == "external")
        .select(
            pl.col("key").alias("from"),
            pl.col("name").alias("who"),
            pl.col("scope").alias("their_scope"),
            "vendor_reviewed",
        )
    )
    ways = (
        view.estate["links"]
        .filter(pl.col("kind") == "may-act")
        .join(them, on="from")
        .join(zone, on="their_scope", how="left")
    )
    # Whatever nobody listed lies outside the zone of trust, and so does a holder that nobody reviewed.
    outside = ~pl.col("trusted").fill_null(False)
    anyone = pl.col("breadth").fill_null("") == "any-tenant"
    found = ways.select(
        pl.col("to").alias("key"),
        pl.col("who").fill_null(pl.col("from")).alias("other"),
        "because",
        "certain",
        opened=held(outside | anyone),
        opened_to=held((outside & ~pl.col("vendor_reviewed").fill_null(False)) | anyone),
        open_to_all=held(anyone),
    )
    stated = view.estate["systems"].filter("public", ~pl.col("pattern"))
    by_itself = stated.select(
        "key",
        other=pl.lit("anyone"),
        because=pl.lit("as its provider says"),
        certain=pl.lit(True),
        opened=pl.lit(True),
        opened_to=pl.lit(True),
        open_to_all=pl.lit(True),
    )
    found = pl.concat([found, by_itself])
    read = policies_known(view)
    first = (
        found.filter(pl.col("opened_to").fill_null(True))
        .sort("key", pl.col("certain"), "because", descending=[False, True, False])
        .group_by("key", maintain_order=True)
        .agg(pl.col("because").drop_nulls().first().alias("opened_because"))
    )
    return together(
        *(some_where(read, found.select("key", test), test) for test in _TESTS),
        distinct_where(read, found.filter(pl.col("opened_to").fill_null(True)), "openers"),
        first,
    )


_TESTS = ("opened", "opened_to", "open_to_all")
OPENED = Added(
    "systems",
    (*_TESTS, *counted("openers"), "opened_because"),
    ("policies", "links", "scopes", "identities", TABLE),
    _outside,
)
ADDED = (OPENED,)
