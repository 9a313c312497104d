"""What joins and reach add to agents: reach, tools, identities and credentials."""

from __future__ import annotations

import polars as pl

from posture.checks import consumers
from posture.checks.kleene import NOT_KNOWN, reaches, reaches_any
from posture.checks.reached import REACH, followed, reach
from posture.checks.related import counted, distinct, some, some_where, together, unbroken
from posture.checks.view import Added, View
from posture.model.classes import Classes

_WRITES = int(Classes.WRITE | Classes.DESTRUCTIVE | Classes.ADMIN)
_DESTROYS = int(Classes.DESTRUCTIVE | Classes.ADMIN)
_SENSITIVE = ("confidential", "restricted")
_OWN_KINDS = ("role", "service-account", "service-principal", "agent-identity", "pipeline")


def _reach(view: View) -> pl.DataFrame:
    limits = view.limits
    broad = (
        reaches("systems", limits.broad_systems)
        | reaches_any(int(Classes.ADMIN))
        | reaches("domains", limits.broad_domains)
    )
    return reach(view, "agents", "tools").with_columns(broad.alias("broad"))


def _masked(classes: int) -> pl.Expr:
    """Whether a row of reach holds one of `classes`: certainly, or not known where only possibly."""
    sure, perhaps = (pl.col("certain") & classes) != 0, (pl.col("possible") & classes) != 0
    return sure | (perhaps & NOT_KNOWN)


def _production(view: View) -> pl.DataFrame:
    systems = view.estate["systems"].select(
        pl.col("key").alias("system"), "environment", "sensitivity", "name"
    )
    rows = view.reach.join(systems, on="system", how="left")
    live = pl.col("environment") == "production"
    sensitive = pl.col("sensitivity").is_in(_SENSITIVE)
    found = rows.select(
        pl.col("origin").alias("key"),
        pl.col("system").alias("other"),
        (live & (_masked(_WRITES) | (_masked(int(Classes.READ)) & sensitive))).alias("touches_production"),
        (live & _masked(_DESTROYS)).alias("destroys_production"),
        (live & _masked(_WRITES)).alias("writes_production"),
        _masked(_DESTROYS).alias("destroys_systems"),
    )
    tests = ("touches_production", "destroys_production", "writes_production", "destroys_systems")
    listed = found.filter("touches_production")
    made = together(
        *(some_where(followed(view, "agents", "tools"), found.select("key", test), test) for test in tests),
        distinct(view, "agents", listed, "production_systems", "tools"),
    )
    # Where an agent reaches more than is listed row by row, its rows say nothing of what it does not touch.
    unlisted = view.nodes.filter(pl.col("may_reach_systems") > 0)["key"]
    missing = pl.col("key").is_in(unlisted.implode()) & ~pl.col("key").is_in(found["key"].implode())
    return made.with_columns(pl.col(test) | (missing & NOT_KNOWN) for test in tests)


def _tools(view: View) -> pl.DataFrame:
    using = consumers.links(view, "uses-tool").select(
        pl.col("from").alias("key"), pl.col("to").alias("other"), "certain"
    )
    tools = view.estate["tools"].rename({"key": "other"}).filter(pl.col("enabled").fill_null(True))
    mask = pl.col("effects")
    rows = using.join(tools, on="other").select(
        "key",
        "other",
        "certain",
        ((mask & _WRITES) != 0).alias("tools_write"),
        ((mask & int(Classes.DESTRUCTIVE | Classes.ADMIN)) != 0).alias("tools_destroy"),
        (((mask & int(Classes.EXTERNAL)) != 0) | pl.col("sends_outside")).alias("tools_send"),
        ((mask & int(Classes.READ)) != 0).alias("tools_read"),
        pl.col("reads_private"),
        pl.col("runs_code"),
        pl.col("last_used"),
    )
    tests = ("tools_write", "tools_destroy", "tools_send", "tools_read", "reads_private", "runs_code")
    declared = consumers.links(view, "declared-tool").select(
        pl.col("from").alias("key"), pl.col("to").alias("other"), pl.lit(True).alias("wanted")
    )
    extra = (
        rows.join(declared.select("key").unique(), on="key", how="semi")
        .join(declared, on=["key", "other"], how="left")
        .filter(pl.col("wanted").is_null())
    )
    idle = rows.join(declared, on=["key", "other"]).with_columns(
        view.older("last_used", view.limits.tool_unused).alias("declared_idle")
    )
    return together(
        *(some(view, "agents", rows.select("key", test), test, "tools") for test in tests),
        distinct(view, "agents", using, "tools", "tools"),
        distinct(view, "agents", declared, "declared", "links"),
        distinct(view, "agents", extra, "undeclared", "tools"),
        some(
            view,
            "agents",
            extra.select("key", pl.col("tools_write").alias("undeclared_write")),
            "undeclared_write",
            "tools",
        ),
        some(view, "agents", idle.select("key", "declared_idle"), "declared_idle", "tools"),
    )


def _identities(view: View) -> pl.DataFrame:
    used = consumers.those(consumers.of_identities(view), agents=True)
    unbroken_there = unbroken(view, "links", "agents", "tools", "systems", "credentials")
    known = view.rows("identities", ["kind", "class", "consumers", "scope"]).with_columns(
        unbroken_there.alias("unbroken")
    )
    used = used.rename({"key": "identity", "other": "key"})
    found = used.join(known.rename({"key": "identity"}), on="identity", how="left").select(
        "key",
        pl.col("identity").alias("other"),
        "certain",
        (
            pl.col("kind").is_in(_OWN_KINDS)
            & (pl.col("consumers") <= 1)
            & (pl.col("class") != "human")
            & (pl.col("unbroken") | NOT_KNOWN)
        ).alias("own_identity"),
        ((pl.col("class") == "human") & (pl.col("certain") | NOT_KNOWN)).alias("acts_as_human"),
        ((pl.col("consumers") > 1) & (pl.col("certain") | NOT_KNOWN)).alias("shares_identity"),
    )
    return together(
        distinct(view, "agents", found, "identities", "tools"),
        *(
            some(view, "agents", found.select("key", test), test, "tools")
            for test in ("own_identity", "acts_as_human", "shares_identity")
        ),
    )


def _credentials(view: View) -> pl.DataFrame:
    names = ["long_lived", "static", "subject", "delegated", "kind", "reissue", "runs_per_day", "ttl", "live"]
    known = view.rows("credentials", names).rename({"key": "other"})
    excepted = view.estate["decisions"].filter(pl.col("kind") == "exception")["subject"].implode()
    holding = consumers.of_credentials(view).select(
        pl.col("other").alias("key"), pl.col("key").alias("other"), "certain"
    )
    rows = holding.join(known, on="other", how="left")
    personal = pl.col("subject").is_in(["person", "team"]) | (pl.col("kind") == "personal-token")
    found = rows.select(
        "key",
        "other",
        "certain",
        (pl.col("long_lived") & pl.col("live") & (pl.col("certain") | NOT_KNOWN)).alias("holds_long_lived"),
        (personal & ~pl.col("delegated").fill_null(False) & (pl.col("certain") | NOT_KNOWN)).alias(
            "holds_personal"
        ),
        pl.col("other").is_in(excepted).alias("holds_excepted"),
        ((pl.col("reissue") == "manual") & (pl.col("runs_per_day") > view.limits.manual_reissue)).alias(
            "reissued_by_hand"
        ),
    )
    tests = ("holds_long_lived", "holds_personal", "reissued_by_hand", "holds_excepted")
    return together(
        distinct(view, "agents", found, "credentials", "tools"),
        distinct(view, "agents", found.filter("holds_personal"), "personal", "tools"),
        *(some(view, "agents", found.select("key", test), test, "tools") for test in tests),
    )


_WALKED = ("links", "tools", "policies", "systems")
_HELD = ("links", "tools", "credentials")
ADDED = (
    Added("agents", (*REACH, "broad"), _WALKED, _reach),
    Added(
        "agents",
        (
            "touches_production", "destroys_production", "writes_production", "destroys_systems",
            *counted("production_systems"),
        ),
        _WALKED,
        _production,
    ),
    Added(
        "agents",
        (
            "tools_write", "tools_destroy", "tools_send", "tools_read", "reads_private", "runs_code",
            *counted("tools"), *counted("declared"), *counted("undeclared"), "undeclared_write",
            "declared_idle",
        ),
        ("links", "tools"),
        _tools,
    ),
    Added(
        "agents",
        (*counted("identities"), "own_identity", "acts_as_human", "shares_identity"),
        ("links", "identities", "tools"),
        _identities,
    ),
    Added(
        "agents",
        (
            *counted("credentials"), *counted("personal"), "holds_long_lived", "holds_personal",
            "reissued_by_hand", "holds_excepted",
        ),
        _HELD,
        _credentials,
    ),
)  # fmt: skip
