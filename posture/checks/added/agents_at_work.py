"""What runs, hand-overs, decisions and logs add to agents."""

from __future__ import annotations

import polars as pl

from posture.checks.kleene import NOT_KNOWN
from posture.checks.related import counted, distinct, some, stated, together
from posture.checks.view import Added, View

_SEPARATE = ("tool-use", "token-mint", "secret-retrieval")
_DECISIONS = ("approval", "denial", "issuance")
_DEEPEST = 6


def _delegates(view: View) -> pl.DataFrame:
    hops = (
        view.estate["links"]
        .filter(pl.col("kind") == "delegates")
        .with_columns(pl.col("from").alias("key"), pl.col("to").alias("other"))
    )
    tests = {
        "hands_on_unscoped": ~pl.col("narrowed") | ~pl.col("decided") | ~pl.col("logged"),
        "hands_on_openly": ~pl.col("authenticated") | ~pl.col("card_signed"),
        "chain_lost": ~pl.col("actor_recorded"),
    }
    rows = hops.select("key", "other", *(test.alias(name) for name, test in tests.items()))
    return together(
        distinct(view, "agents", rows, "hands_on", "tools"),
        *(some(view, "agents", rows.select("key", name), name, "tools") for name in tests),
        *(distinct(view, "agents", rows.filter(name), f"{name}_to", "tools") for name in tests),
        _depth(view, hops.select("key", "other").unique()),
    )


def _depth(view: View, hops: pl.DataFrame) -> pl.DataFrame:
    """Longest chain of hand-overs that starts at each agent, counted up to a few."""
    ends, depths = hops, [hops.select("key").unique().with_columns(pl.lit(1, pl.Int64).alias("depth"))]
    for depth in range(2, _DEEPEST + 1):
        ends = (
            ends.join(hops.rename({"key": "other", "other": "next"}), on="other")
            .select("key", pl.col("next").alias("other"))
            .unique()
        )
        depths.append(ends.select("key").unique().with_columns(pl.lit(depth, pl.Int64).alias("depth")))
    longest = pl.concat(depths).group_by("key").agg(pl.col("depth").max())
    return (
        view.estate["agents"]
        .select("key")
        .join(longest, on="key", how="left")
        .with_columns(pl.col("depth").fill_null(0))
    )


def _runs(view: View) -> pl.DataFrame:
    runs = view.estate["runs"].select(
        pl.col("agent").alias("key"),
        "trigger",
        (pl.col("trigger").is_in(["self", "agent"]) & ~pl.col("authorised")).alias("self_started"),
    )
    return stated(view, "agents", runs.select("key", "self_started"), "self_started", "runs")


def _decisions(view: View) -> pl.DataFrame:
    limits = view.limits
    enough = pl.col("decisions") >= limits.approval_window
    hasty = (pl.col("approved_share") >= limits.approval_rate) & (
        pl.col("median_seconds") < limits.approval_seconds
    )
    judged = pl.when(enough).then(hasty).otherwise(NOT_KNOWN)
    rows = view.estate["approvals"].select(
        pl.col("agent").alias("key"),
        (judged | pl.col("self_approved") | ~pl.col("preview")).alias("rubber_stamped"),
        "decisions",
        (pl.col("approved_share") * 100).alias("approved_percent"),
        "median_seconds",
    )
    sums = rows.group_by("key").agg(
        pl.col("decisions").sum(), pl.col("approved_percent").max(), pl.col("median_seconds").min()
    )
    return together(
        stated(view, "agents", rows.select("key", "rubber_stamped"), "rubber_stamped", "approvals"), sums
    )


def _logged(view: View) -> pl.DataFrame:
    agents = view.estate["agents"].select("key", "scope")
    logs = view.estate["logs"].select(
        pl.col("key").alias("log"), pl.col("scope").alias("logged"), "correlated", "retention_days"
    )
    events = view.estate["log_events"].join(logs, on="log", how="left")
    single = events.join(agents, left_on="subject", right_on="key").with_columns(key="subject")
    general = events.filter(pl.col("subject").is_null()).join(agents, left_on="logged", right_on="scope")
    shown = (
        "key",
        "event",
        "correlated",
        "retention_days",
        "names_agent",
        "names_task",
        "names_credential",
        "names_chain",
    )
    rows = pl.concat([single.select(shown), general.select(shown)])
    lacking = (
        ~pl.col("names_agent") | ~pl.col("names_task") | ~pl.col("names_credential") | ~pl.col("names_chain")
    )
    separate = rows.filter(pl.col("event").is_in(_SEPARATE)).select("key", pl.col("event").alias("other"))
    decided = rows.filter(pl.col("event").is_in(_DECISIONS)).select("key", pl.col("event").alias("other"))
    kept = rows.group_by("key").agg(pl.col("retention_days").min().alias("retention"))
    return together(
        distinct(view, "agents", separate, "separate_events", "log_events"),
        distinct(view, "agents", decided, "decision_events", "log_events"),
        stated(view, "agents", rows.select("key", pl.col("correlated")), "correlated", "log_events"),
        stated(
            view, "agents", rows.select("key", lacking.alias("unattributed")), "unattributed", "log_events"
        ),
        kept,
    )


ADDED = (
    Added(
        "agents",
        (
            *counted("hands_on"), "hands_on_unscoped", "hands_on_openly", "chain_lost",
            *counted("hands_on_unscoped_to"), *counted("hands_on_openly_to"), *counted("chain_lost_to"),
            "depth",
        ),
        ("links", "tools"),
        _delegates,
    ),
    Added("agents", ("self_started",), ("runs",), _runs),
    Added(
        "agents",
        ("rubber_stamped", "decisions", "approved_percent", "median_seconds"),
        ("approvals",),
        _decisions,
    ),
    Added(
        "agents",
        (*counted("separate_events"), *counted("decision_events"), "correlated", "unattributed", "retention"),
        ("logs", "log_events"),
        _logged,
    ),
)  # fmt: skip
