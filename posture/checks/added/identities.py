"""What joins and reach add to identities."""

from __future__ import annotations

import polars as pl

from posture.access.methods import needs, words
from posture.checks import consumers
from posture.checks.kleene import NOT_KNOWN
from posture.checks.reached import REACH, reach
from posture.checks.related import (
    counted,
    distinct,
    distinct_where,
    some,
    together,
    unbroken,
    whole,
)
from posture.checks.view import Added, View
from posture.model.classes import Classes
from posture.model.keys import control_plane

_DESTROYS = int(Classes.DESTRUCTIVE | Classes.EXTERNAL | Classes.ADMIN)
_PLANE = control_plane("")


def held(test: pl.Expr) -> pl.Expr:
    """`test` of a link, not known where the link is not certain."""
    return test & (pl.col("certain") | NOT_KNOWN)


def _reach(view: View) -> pl.DataFrame:
    return reach(view, "identities", "policies")


def _acts(view: View, name: str, classes: int) -> pl.DataFrame:
    acts = view.estate["links"].filter(pl.col("kind") == "may-act", pl.col("method").is_null())
    return acts.select(
        pl.col("from").alias("key"), "to", "because", held((pl.col("classes") & classes) != 0).alias(name)
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
        held(pl.lit(True)).alias("escalates"),
        held(pl.col("to").str.ends_with(_PLANE) | (pl.col("worst") >= 5)).alias("escalates_far"),
    )
    return together(
        some(view, "identities", found, "escalates", "policies"),
        some(view, "identities", found, "escalates_far", "policies"),
        distinct(view, "identities", found, "escalations", "policies"),
        _methods(found.filter("certain")),
    )


def _methods(ways: pl.DataFrame) -> pl.DataFrame:
    """By what each of them escalates, in words and with what that needs: the simplest methods first."""
    told = [
        {"method": id_, "said": f"{words()[id_]} ({', '.join(asked)})", "asked": len(asked)}
        for id_, asked in needs().items()
    ]
    methods = pl.DataFrame(told, schema={"method": pl.String, "said": pl.String, "asked": pl.Int64})
    more = pl.len().cast(pl.Int64) - _TOLD
    return (
        ways.select("key", "method")
        .unique()
        .join(methods, on="method")
        .sort("key", "asked", "method")
        .group_by("key", maintain_order=True)
        .agg(
            pl.col("said").head(_TOLD).str.join("; ").alias("said"),
            pl.when(more == 1)
            .then(pl.lit(" and 1 more way"))
            .when(more > 1)
            .then(pl.format(" and {} more ways", more))
            .otherwise(pl.lit(""))
            .alias("more"),
        )
        .select("key", escalation_methods=pl.col("said") + pl.col("more"))
    )


_TOLD = 2
"""Methods of one identity that are told."""


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
)
