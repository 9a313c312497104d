"""What joins and reach add to identities."""

from __future__ import annotations

import polars as pl

from posture.checks import consumers
from posture.checks.kleene import NOT_KNOWN
from posture.checks.reached import REACH, reach
from posture.checks.related import (
    counted,
    distinct,
    distinct_where,
    latest,
    some,
    stated,
    together,
    unbroken,
    whole,
)
from posture.checks.view import Added, View
from posture.model.classes import Classes
from posture.model.keys import control_plane

_DESTROYS = int(Classes.DESTRUCTIVE | Classes.EXTERNAL | Classes.ADMIN)
_PLANE = control_plane("")
OUTSIDE = ("federated", "external")


def _held(test: pl.Expr) -> pl.Expr:
    """`test` of a link, not known where the link is not certain."""
    return test & (pl.col("certain") | NOT_KNOWN)


def _reach(view: View) -> pl.DataFrame:
    return reach(view, "identities", "policies")


def _acts(view: View, name: str, classes: int) -> pl.DataFrame:
    acts = view.estate["links"].filter(pl.col("kind") == "may-act", pl.col("method").is_null())
    return acts.select(
        pl.col("from").alias("key"), "to", "because", _held((pl.col("classes") & classes) != 0).alias(name)
    )


def _admin(view: View) -> pl.DataFrame:
    # It need not be the scope that it lives in: an account of one project may own another, or a folder.
    planes = _acts(view, "admin", int(Classes.ADMIN)).filter(pl.col("to").str.ends_with(_PLANE))
    found = planes.with_columns(pl.col("to").str.strip_suffix(_PLANE).alias("admin_scope"))
    first = (
        found.filter(pl.col("admin")).sort("key", "because").group_by("key", maintain_order=True).first()
    ).select(
        "key",
        pl.col("because").fill_null("its policies").alias("admin_because"),
        pl.col("because").str.split(" / ").list.first().alias("named"),
        "admin_scope",
    )
    # Two roles may each have a policy of one name: the key tells them apart.
    policies = view.estate["policies"].select(
        pl.col("attached_to").alias("key"), pl.col("name").alias("named"), pl.col("key").alias("policy")
    )
    attached = policies.unique(["key", "named"], keep="first", maintain_order=True)
    first = first.join(attached, on=["key", "named"], how="left", maintain_order="left").select(
        "key", "admin_because", pl.coalesce("policy", "named").alias("admin_policy"), "admin_scope"
    )
    return together(some(view, "identities", found, "admin", "policies"), first)


def _destroys(view: View) -> pl.DataFrame:
    found = _acts(view, "destroys", _DESTROYS)
    listed = found.filter(pl.col("destroys")).select("key", pl.col("to").alias("other"))
    return together(
        some(view, "identities", found, "destroys", "policies"),
        distinct(view, "identities", listed, "destroyed", "policies"),
    )


def _escalates(view: View) -> pl.DataFrame:
    # A method that only opens data adds to reach; these make somebody else of whoever uses them.
    becomes = (pl.col("kind") == "may-become") | pl.col("to").str.ends_with(_PLANE)
    ways = view.estate["links"].filter(pl.col("method").is_not_null(), becomes)
    ends = pl.concat(
        [
            view.estate["systems"].select(pl.col("key").alias("to"), pl.col("criticality").alias("worst")),
            view.nodes.join(view.estate["identities"].select("key"), on="key", how="semi").select(
                pl.col("key").alias("to"), pl.col("reaches_criticality").cast(pl.Int64).alias("worst")
            ),
        ]
    ).unique("to", keep="first", maintain_order=True)
    found = ways.join(ends, on="to", how="left").select(
        pl.col("from").alias("key"),
        pl.col("to").alias("other"),
        "certain",
        "method",
        _held(pl.lit(True)).alias("escalates"),
        _held(pl.col("to").str.ends_with(_PLANE) | (pl.col("worst") >= 5)).alias("escalates_far"),
    )
    methods = (
        found.filter("certain")
        .group_by("key")
        .agg(pl.col("method").unique().sort().head(5).str.join(", ").alias("escalation_methods"))
    )
    return together(
        some(view, "identities", found, "escalates", "policies"),
        some(view, "identities", found, "escalates_far", "policies"),
        distinct(view, "identities", found, "escalations", "policies"),
        methods,
    )


def _consumers(view: View) -> pl.DataFrame:
    used = consumers.as_counted(view, consumers.of_identities(view))
    read = view.kept("users of identities read", _users_read)
    return together(
        distinct_where(read, used, "consumers"),
        distinct_where(read, consumers.those(used, agents=True), "agents_using"),
        distinct_where(read, consumers.those(used, agents=False), "others_using"),
    )


def _users_read(view: View) -> pl.DataFrame:
    """Whose users are all known: who can run as a role of one compute service, once that was listed."""
    coverage = view.estate["coverage"].filter(pl.col("table").str.starts_with("systems"))
    service = pl.col("table").str.extract(r"^systems/([^:]+):").alias("service")
    broken = coverage.filter(pl.col("state") != "complete")["scope"].unique().implode()
    listed = (
        coverage.filter(pl.col("state") == "complete", ~pl.col("scope").is_in(broken))
        .select("scope", service)
        .drop_nulls()
        .unique()
    )
    one_service = pl.col("trusted_service").str.extract(r"^([a-z0-9-]+)\.[a-z.]+$").alias("service")
    known = (
        view.estate["identities"]
        .select("key", "scope", one_service)
        .join(listed, on=["scope", "service"], how="semi")["key"]
    )
    lost = ~unbroken(view, "links", "agents", "tools", "credentials")
    broken = view.estate["identities"].filter(lost)["key"].implode()
    by_service = pl.col("key").is_in(known.implode()) & ~pl.col("key").is_in(broken)
    return whole(view, "identities", "links").with_columns(pl.col("whole") | by_service)


def _environments(view: View) -> pl.DataFrame:
    used = consumers.of_identities(view).join(consumers.environments(view), on="other", how="left")
    read = view.kept("users of identities read", _users_read)
    known = pl.col("environment").is_not_null() & pl.col("certain")
    production = used.filter((pl.col("environment") == "production") | pl.col("environment").is_null())
    elsewhere = used.filter((pl.col("environment") != "production") | pl.col("environment").is_null())
    return together(
        distinct_where(read, production.with_columns(certain=known), "production_users"),
        distinct_where(read, elsewhere.with_columns(certain=known), "elsewhere_users"),
    )


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
        _held((pl.col("breadth") == "any-tenant") & ~pl.col("guarded")).alias("any_issuer"),
    )
    return together(
        some(view, "identities", found, "any_issuer", "policies"),
        distinct(view, "identities", found, "opened", "policies"),
    )


def _grants(view: View) -> pl.DataFrame:
    limits = view.limits
    used = (
        pl.when(pl.col("service").is_null())
        .then(pl.col("used") <= pl.col("granted") * (1 - limits.permissions_unused))
        .otherwise(pl.col("used") == 0)
    )
    grants = view.estate["grants"].select(
        pl.col("subject").alias("key"),
        ((pl.col("window_days") >= limits.identity_unused) & used).alias("unused"),
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
_TRUST = ("policies", "links", "scopes")
ADDED = (
    Added("identities", REACH, ("policies", "links", "systems"), _reach),
    Added(
        "identities",
        ("admin", "admin_because", "admin_policy", "admin_scope"),
        ("policies", "links"),
        _admin,
    ),
    Added("identities", ("destroys", *counted("destroyed")), ("policies", "links"), _destroys),
    Added(
        "identities",
        ("escalates", "escalates_far", *counted("escalations"), "escalation_methods"),
        ("policies", "links"),
        _escalates,
    ),
    Added(
        "identities",
        (*counted("consumers"), *counted("agents_using"), *counted("others_using")),
        ("links", "credentials", "systems", "agents", "tools", "workflows"),
        _consumers,
    ),
    Added(
        "identities",
        (*counted("production_users"), *counted("elsewhere_users")),
        ("links", "credentials", "systems", "agents", "tools", "workflows"),
        _environments,
    ),
    Added(
        "identities",
        (
            "federated", "any_tenant", "organisation_wide", "outside", "outside_open", "public",
            *counted("outsiders"), "outside_because",
        ),
        _TRUST,
        _outside,
    ),
    Added("identities", ("any_issuer", *counted("opened")), _TRUST, _ways_out),
    Added(
        "identities",
        ("unused", "unused_destructive", "broader_than_used", "standing", "time_bound", "granted", "used"),
        ("grants",),
        _grants,
    ),
    Added("identities", ("human_use", *counted("humans")), ("uses",), _human_use),
    Added("identities", ("workload_gone", *counted("gone")), ("systems", "agents", "links"), _gone),
    Added("identities", (*counted("keys"), "key_used", "has_key_used", "blind"), _KEYS, _keys),
)  # fmt: skip
