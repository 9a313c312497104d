"""What safeguards add to agents: which are there, in which mode, and when they were last tried."""

from __future__ import annotations

import polars as pl

from posture.checks.related import latest, stated, together, unbroken
from posture.checks.view import Added, View

KINDS = {
    "policy_enforced": ("request-policy",),
    "mediated": ("guardrail", "input-mediation"),
    "sandboxed": ("sandbox",),
    "limited": ("limit",),
    "overridable": ("override",),
    "monitored": ("monitor",),
}
"""What is asked of an agent, and the kinds of safeguard any of which answers it."""

ATTRIBUTES = (
    "target", "action", "purpose", "data sensitivity", "execution state", "task scope", "tool chain",
    "environment", "timing", "approval context",
)  # fmt: skip
"""What a request-time policy may look at."""

_ISSUANCE = "issuance"


def _rows(view: View, *kinds: str) -> pl.DataFrame:
    """Safeguards of `kinds`, those of a tool counted for nobody but the tool.

    What decides on new credentials says nothing of the calls that are made with them.
    """
    issuing = (pl.col("scope") == _ISSUANCE).fill_null(False)
    wanted = pl.col("kind").is_in(kinds) & ~issuing
    return view.estate["safeguards"].filter(wanted).rename({"subject": "key"})


def _modes(view: View) -> pl.DataFrame:
    answers = [
        stated(
            view,
            "agents",
            _rows(view, *kinds).select("key", (pl.col("mode") == "enforce").alias(name)),
            name,
            "safeguards",
        )
        for name, kinds in KINDS.items()
    ]
    policies = (
        _rows(view, "request-policy")
        .group_by("key")
        .agg(
            pl.col("mode").drop_nulls().first().alias("policy_mode"),
            pl.col("attributes").drop_nulls().str.join(",").alias("policy_attributes"),
        )
    )
    gated = view.estate["safeguards"].filter(
        pl.col("kind") == "request-policy", pl.col("scope") == _ISSUANCE, pl.col("mode") == "enforce"
    )["subject"]
    missing = pl.concat_str(
        [
            pl.when(pl.col("policy_attributes").str.contains(word, literal=True))
            .then(None)
            .otherwise(pl.lit(word))
            for word in ATTRIBUTES
        ],
        separator=", ",
        ignore_nulls=True,
    )
    issuing = pl.when(pl.col("key").is_in(gated.implode())).then(pl.lit("yes")).otherwise(pl.lit("not seen"))
    gates = view.estate["agents"].select("key", issuing.alias("issuance_decided"))
    return together(*answers, policies.with_columns(missing.alias("policy_lacks")), gates)


def _tested(view: View) -> pl.DataFrame:
    overrides = _rows(view, "override").select("key", pl.col("tested").alias("override_tested"))
    models = _rows(view, "threat-model").select("key", pl.col("tested").alias("modelled"))
    changes = (
        view.estate["events"]
        .filter(pl.col("kind") == "tool-change")
        .group_by(pl.col("subject").alias("key"))
        .agg(pl.col("time").max().alias("tools_changed"))
    )
    answers = together(
        latest(view, "agents", overrides, "override_tested", "safeguards"),
        latest(view, "agents", models, "modelled", "safeguards"),
        changes,
    )
    later = pl.col("tools_changed") > pl.col("modelled")
    kept = view.estate["agents"].select("key", unbroken(view, "events").alias("unbroken"))
    unchanged = pl.col("tools_changed").is_null() & pl.col("unbroken")
    return answers.join(kept, on="key", how="left", maintain_order="left").with_columns(
        pl.when(unchanged).then(pl.lit(False)).otherwise(later).alias("changed_since_model")
    )


def _approvals(view: View) -> pl.DataFrame:
    rows = _rows(view, "approval").with_columns((pl.col("mode") == "enforce").alias("on"))
    strong = pl.col("on") & (pl.col("strength") == "strong")
    light = pl.col("on") & pl.col("strength").is_in(["lightweight", "strong"])

    def of(name: str, test: pl.Expr, *scopes: str) -> pl.DataFrame:
        chosen = rows.filter(pl.col("scope").is_null() | pl.col("scope").is_in(scopes))
        return stated(view, "agents", chosen.select("key", test.alias(name)), name, "safeguards")

    named = rows.filter(pl.col("scope") == "read").select("key", light.alias("approves_reads"))
    return together(
        of("strong_destructive", strong, "destructive"),
        of("strong_external", strong, "external"),
        of("approved_writes", light, "write", "destructive"),
        of("unbound", pl.col("on") & ~pl.col("bound_to_action"), "destructive", "external", "write"),
        stated(view, "agents", named, "approves_reads", "safeguards"),
        of("approved", pl.col("on"), "destructive", "external", "write", "read"),
    )


ADDED = (
    Added(
        "agents",
        (*KINDS, "policy_mode", "policy_attributes", "policy_lacks", "issuance_decided"),
        ("safeguards",),
        _modes,
    ),
    Added(
        "agents",
        (
            "override_tested", "has_override_tested", "modelled", "has_modelled", "tools_changed",
            "changed_since_model",
        ),
        ("safeguards", "events"),
        _tested,
    ),
    Added(
        "agents",
        ("strong_destructive", "strong_external", "approved_writes", "unbound", "approves_reads", "approved"),
        ("safeguards",),
        _approvals,
    ),
)  # fmt: skip
