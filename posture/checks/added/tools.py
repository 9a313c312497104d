"""What joins and reach add to tools."""

from __future__ import annotations

import polars as pl

from posture.checks import consumers
from posture.checks.reached import REACH, reach
from posture.checks.related import counted, distinct, some, stated, together
from posture.checks.view import Added, View


def _users(view: View) -> pl.DataFrame:
    using = consumers.links(view, "uses-tool").select(
        pl.col("to").alias("key"), pl.col("from").alias("other"), "certain"
    )
    agents = view.estate["agents"].select(pl.col("key").alias("other"), "autonomy", "environment")
    found = using.join(agents, on="other", how="left")
    return together(
        distinct(view, "tools", using, "users", "tools"),
        some(
            view,
            "tools",
            found.select("key", (pl.col("autonomy") == "autonomous").alias("used_by_autonomous")),
            "used_by_autonomous",
            "tools",
        ),
    )


def _held(view: View) -> pl.DataFrame:
    held = (
        consumers.links(view, "holds")
        .filter(~pl.col("ambient").fill_null(False))
        .select(pl.col("from").alias("key"), pl.col("to").alias("other"), "certain")
    )
    lying = (
        consumers.links(view, "holds")
        .filter("ambient")
        .select(pl.col("from").alias("key"), pl.col("to").alias("other"), "certain")
    )
    return together(
        distinct(view, "tools", held, "holdings", "tools"),
        distinct(view, "tools", lying, "ambient_holdings", "tools"),
    )


def _usable(view: View) -> pl.DataFrame:
    """Whether a tool that nobody switched off can be used, and which package in which version it is."""
    return view.estate["tools"].select(
        "key",
        pl.col("enabled").fill_null(True).alias("usable"),
        pl.concat_str("package", pl.lit(" "), pl.col("version").fill_null("without version")).alias(
            "release"
        ),
    )


def _sandboxed(view: View) -> pl.DataFrame:
    """A sandbox of the tool, or of every agent that uses it, that is enforced."""
    sandboxes = view.estate["safeguards"].filter(pl.col("kind") == "sandbox")
    using = consumers.links(view, "uses-tool").select(
        pl.col("to").alias("key"), pl.col("from").alias("subject")
    )
    mine = pl.concat([view.estate["tools"].select("key", pl.col("key").alias("subject")), using])
    found = sandboxes.join(mine, on="subject").select(
        "key",
        (pl.col("mode") == "enforce").alias("sandboxed"),
        ((pl.col("mode") == "enforce") & (pl.col("egress") == "open")).alias("sandbox_open"),
    )
    limited = (
        view.estate["safeguards"]
        .filter(pl.col("kind") == "limit")
        .join(mine, on="subject")
        .select("key", (pl.col("mode") == "enforce").alias("limited"))
    )
    return together(
        stated(view, "tools", found.select("key", "sandboxed"), "sandboxed", "safeguards"),
        stated(view, "tools", found.select("key", "sandbox_open"), "sandbox_open", "safeguards"),
        stated(view, "tools", limited, "limited", "safeguards"),
    )


ADDED = (
    Added("tools", ("usable", "release"), ("tools",), _usable),
    Added("tools", REACH, ("policies", "links", "systems", "tools"), lambda v: reach(v, "tools", "tools")),
    Added("tools", (*counted("users"), "used_by_autonomous"), ("links", "agents"), _users),
    Added("tools", (*counted("holdings"), *counted("ambient_holdings")), ("links", "credentials"), _held),
    Added("tools", ("sandboxed", "sandbox_open", "limited"), ("safeguards", "links"), _sandboxed),
)
