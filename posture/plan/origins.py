"""Where attacks begin: who could be taken over by which route, how likely, and which of that is assumed."""

from __future__ import annotations

import polars as pl
from msgspec import Struct

from posture.checks.view import View
from posture.model.actors import OUTSIDE
from posture.plan import stolen, workloads
from posture.plan.begin import NOBODY, Knob, begin
from posture.plan.factors import autonomy, reading, selection, trust

_GONE = ("retired", "deleted")


class Origins(Struct, frozen=True):
    """`rows` has one row per route and origin, sorted by both, see `begin`; `starts` where each begins."""

    rows: pl.DataFrame
    starts: pl.DataFrame


def origins(view: View) -> Origins:
    """Every way in that the estate shows."""
    keys, held = stolen.credentials(view)
    rows = pl.concat(
        [
            keys,
            _agents(view),
            *workloads.supply_chain(view),
            _trusting(view),
            _people(view),
        ]
    ).sort("route", "origin")
    own = rows.filter(pl.col("route") != "stolen-credential").select(
        "route", "origin", pl.col("origin").alias("start")
    )
    return Origins(rows, pl.concat([held, own]).sort("route", "origin", "start"))


def _agents(view: View) -> pl.DataFrame:
    if view.estate["agents"].is_empty():
        return NOBODY
    factors, assumed = view.estate.settings.factors, view.estate.settings.assumed
    names = ["name", "scope", "input", "selection", "autonomy", "state"]
    names += ["mediated", "policy_enforced", "strong_destructive", "approved_writes"]
    rows = view.rows("agents", names).filter(~pl.col("state").fill_null("").is_in(_GONE))
    mediated = pl.col("mediated").fill_null(False) & (pl.col("input").fill_null("open") == "open")
    rows = rows.with_columns(pl.when(mediated).then(pl.lit("mediated")).otherwise("input").alias("input"))
    enforced = pl.col("policy_enforced").fill_null(False)
    return begin(
        rows,
        "hijacked-agent",
        Knob("input", pl.col("input"), reading(factors), assumed.input),
        Knob("selection", pl.col("selection"), selection(factors), assumed.selection),
        Knob("autonomy", pl.col("autonomy"), autonomy(factors), assumed.autonomy),
        Knob(
            "policy",
            pl.when(enforced).then(pl.lit("enforced")).otherwise(pl.lit("none")),
            {"enforced": factors.policy_enforced, "none": 1.0},
        ),
        write=pl.when(pl.col("approved_writes")).then(factors.approval_light).otherwise(1.0),
        strong=pl.when(pl.col("strong_destructive"))
        .then(factors.approval_strong)
        .when(pl.col("approved_writes"))
        .then(factors.approval_light)
        .otherwise(1.0),
    )


def _trusting(view: View) -> pl.DataFrame:
    """Whoever lets somebody from outside become it, or is from outside and acts on a system by itself: by the
    widest of its ways, of the certain ones where there are any.
    """
    factors, assumed = view.estate.settings.factors, view.estate.settings.assumed
    outside = view.estate["identities"].filter(pl.col("kind").is_in(OUTSIDE)).select("key", theirs="kind")
    ways = view.estate["links"].join(outside, left_on="from", right_on="key")
    becoming = ways.filter(pl.col("kind") == "may-become", "certain").select("breadth", "certain", key="to")
    # Whom the policy of a system names stands there by itself, unless it says how wide the name is.
    named = pl.when(pl.col("theirs") == "external").then(pl.lit("exact"))
    acting = ways.filter(pl.col("kind") == "may-act").select(
        pl.col("breadth").fill_null(named), "certain", key="from"
    )
    widths = pl.DataFrame(
        {"breadth": [None, "exact", "organisation", "any-tenant"], "width": [0, 0, 1, 2]},
        schema={"breadth": pl.String, "width": pl.Int64},
    )
    widest = (
        pl.concat([becoming, acting])
        .join(widths, on="breadth", nulls_equal=True)
        .sort("key", "certain", "width", "breadth", descending=[False, True, True, False], nulls_last=True)
        .unique("key", keep="first", maintain_order=True)
    )
    rows = view.rows("identities", ["name", "scope"]).join(widest, on="key")
    return begin(rows, "loose-trust", Knob("trust", pl.col("breadth"), trust(factors), assumed.trust))


def _people(view: View) -> pl.DataFrame:
    """Non-human identities that a person can sign in as, or was seen to use."""
    factors = view.estate.settings.factors
    names = ["name", "scope", "class", "kind", "pattern", "provider_owned", "interactive", "human_use"]
    rows = view.rows("identities", names).filter(
        ~pl.col("pattern"),
        ~pl.col("provider_owned"),
        ~pl.col("kind").is_in([*OUTSIDE, "root"]),
        pl.col("class").fill_null("") != "human",
        pl.col("interactive").fill_null(False) | pl.col("human_use").fill_null(False),
    )
    use = Knob("use", pl.lit("shared"), {"shared": factors.human_shared, "other": factors.human_other})
    return begin(rows, "human-use", use)
