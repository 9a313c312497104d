"""What the trust of identities lets in from outside, and what they let themselves into."""

from __future__ import annotations

import polars as pl

from posture.checks.added.identities import held
from posture.checks.related import (
    counted,
    distinct,
    some,
    together,
)
from posture.checks.view import Added, View
from posture.model.actors import OUTSIDE


def _outside(view: View) -> pl.DataFrame:
    zone = view.estate["scopes"].select(pl.col("key").alias("their_scope"), "trusted")
    them = (
        view.estate["identities"]
        .filter(pl.col("kind").is_in(OUTSIDE))
        .select(
            pl.col("key").alias("from"),
            pl.col("kind").alias("theirs"),
            pl.col("scope").alias("their_scope"),
            "vendor_reviewed",
        )
    )
    ours = view.estate["identities"].filter(~pl.col("kind").is_in(OUTSIDE))["key"]
    known = pl.concat([ours, view.estate["groups"]["key"]]).implode()
    # One that only a link names may come from anywhere.
    ways = (
        view.estate["links"]
        .filter(pl.col("kind") == "may-become", ~pl.col("from").is_in(known))
        .join(them, on="from", how="left")
        .join(zone, on="their_scope", how="left")
    )
    known_scope = pl.col("their_scope").is_in(zone["their_scope"].implode()) | pl.col("theirs").is_null()
    # Whatever nobody listed lies outside the zone of trust, and so does a holder that nobody reviewed.
    outside = pl.when(known_scope).then(~pl.col("trusted")).otherwise(pl.lit(True))
    unseen = ~pl.col("vendor_reviewed").fill_null(False)
    # A condition on the way in is what breadth and guard describe, so it leaves nothing open here.
    federated, external = pl.col("theirs") == "federated", pl.col("theirs") == "external"
    wide = pl.col("breadth")
    found = ways.select(
        pl.col("to").alias("key"),
        pl.col("from").alias("other"),
        "because",
        federated=federated,
        any_tenant=federated & (wide == "any-tenant"),
        organisation_wide=federated & wide.is_in(["any-tenant", "organisation"]),
        outside=external & outside,
        outside_open=external & outside & (~pl.col("guarded") | unseen),
        public=external & (wide == "any-tenant"),
    )
    tests = ("federated", "any_tenant", "organisation_wide", "outside", "outside_open", "public")
    first = (
        found.sort("key", "because")
        .group_by("key", maintain_order=True)
        .agg(pl.col("because").drop_nulls().first().alias("outside_because"))
    )
    return together(
        *(some(view, "identities", found.select("key", test), test, "policies") for test in tests),
        distinct(view, "identities", found, "outsiders", "policies"),
        first,
    )


def _ways_out(view: View) -> pl.DataFrame:
    ways = view.estate["links"].filter(pl.col("kind") == "may-become")
    found = ways.select(
        pl.col("from").alias("key"),
        pl.col("to").alias("other"),
        held((pl.col("breadth") == "any-tenant") & ~pl.col("guarded")).alias("any_issuer"),
    )
    return together(
        some(view, "identities", found, "any_issuer", "policies"),
        distinct(view, "identities", found, "opened", "policies"),
    )


_TRUST = ("policies", "links", "scopes")
OUTSIDERS = Added(
    "identities",
    (
        "federated", "any_tenant", "organisation_wide", "outside", "outside_open", "public",
        *counted("outsiders"), "outside_because",
    ),
    _TRUST,
    _outside,
)  # fmt: skip
ADDED = (
    OUTSIDERS,
    Added("identities", ("any_issuer", *counted("opened")), _TRUST, _ways_out),
)
