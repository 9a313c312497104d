"""What exists: freshness of what was read, the inventory in numbers, one card per agent."""

from __future__ import annotations

from typing import Any

import polars as pl

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.model.classes import strongest
from posture.reports.pages.standing import unread_scopes
from posture.reports.pages.words import code, safe, table, when

_LISTED = 40


def freshness(assessment: Assessment, _frameworks: Frameworks) -> str:
    """Per file how old it is, and what could not be seen."""
    inputs = assessment.frame("inputs")
    read = inputs.filter(pl.col("outcome") == "read")
    bad = inputs.filter(pl.col("outcome").is_in(["partial", "failed"])).sort("file")
    by_source = read.group_by("source").agg(
        pl.len().alias("files"),
        pl.col("collected_at").min().alias("oldest"),
        pl.col("collected_at").max().alias("newest"),
    )
    rows = [
        (safe(row["source"]), str(row["files"]), when(row["oldest"]), when(row["newest"]))
        for row in by_source.sort("source").iter_rows(named=True)
    ]
    parts = [
        "## What was read, and what was not\n",
        table(("source", "files", "oldest", "newest"), rows, right=(1,)),
    ]
    if not bad.is_empty():
        problems = [
            (code(r["file"]), r["outcome"], safe(r["why"]), safe(r["do"]))
            for r in bad.head(_LISTED).iter_rows(named=True)
        ]
        parts.append(table(("file", "outcome", "why", "what to do"), problems))
    parts.append(_blind(assessment))
    return "\n".join(parts)


def _blind(assessment: Assessment) -> str:
    lacking = unread_scopes(assessment)
    if lacking.is_empty():
        return "Every table of every scope was read completely."
    grouped = (
        lacking.with_columns(pl.col("why").fill_null(""), pl.col("would_help").fill_null(""))
        .group_by("why", "would_help", "state", maintain_order=True)
        .agg(pl.col("scope").unique().sort(), pl.col("table").unique().sort())
        .sort("why", "would_help")
    )
    rows = [
        (
            safe(row["why"]),
            ", ".join(row["table"]),
            _few([safe(scope) for scope in row["scope"]]),
            safe(row["would_help"]),
        )
        for row in grouped.head(_LISTED).iter_rows(named=True)
    ]
    return "### Blind spots\n\n" + table(
        ("what could not be seen", "tables", "where", "what would help"), rows
    )


def _few(names: list[str], most: int = 3) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def summary(assessment: Assessment, _frameworks: Frameworks) -> str:
    """Identities by class, provider, environment and owner."""
    identities = assessment.tables["identities"].filter(~pl.col("provider_owned"), ~pl.col("pattern"))
    grouped = (
        identities.group_by("class", "provider")
        .agg(
            pl.len().alias("identities"),
            (pl.col("environment") == "production").sum().alias("production"),
            pl.col("owner").is_not_null().sum().alias("owned"),
            (pl.col("has_owner") == False).sum().alias("none"),  # noqa: E712 - null is a third answer
        )
        .sort("class", "provider", nulls_last=True)
        .collect()
    )
    rows = [
        (
            row["class"] or "not known",
            safe(row["provider"]),
            str(row["identities"]),
            str(row["production"]),
            str(row["owned"]),
            str(row["none"]),
        )
        for row in grouped.iter_rows(named=True)
    ]
    overview = assessment.overview
    head = ("class", "provider", "identities", "in production", "with owner", "known to have none")
    counted = (
        f"{overview.agents} agents, {overview.tools} tools, {overview.credentials} credentials, "
        f"{overview.systems} systems. "
        f"{overview.provider_owned} identities that the provider owns are counted apart."
    )
    return "## Inventory\n\n" + table(head, rows, right=(2, 3, 4, 5)) + "\n" + counted


def agents(assessment: Assessment, _frameworks: Frameworks) -> str:
    """One card per agent: what it reaches now, by what, and who answers for it."""
    found = assessment.frame("agents").sort("key")
    if found.is_empty():
        return "## Agents\n\nNo agent was found in what was read."
    reach = assessment.frame("reach")
    names = _names(assessment)
    links = assessment.frame("links")
    gaps = assessment.frame("findings").filter(pl.col("result") == "gap")
    cards = [
        _card(row, reach.filter(pl.col("origin") == row["key"]), links, gaps, names)
        for row in found.head(_LISTED).iter_rows(named=True)
    ]
    more = len(found) - len(cards)
    return (
        "## Agents\n\n"
        + "\n".join(cards)
        + (f"\n{more} more agents are in the JSON report." if more > 0 else "")
    )


def _names(assessment: Assessment) -> dict[str, tuple[str, int | None]]:
    rows = assessment.tables["systems"].select("key", "name", "criticality").collect()
    return {key: (name or key, criticality) for key, name, criticality in rows.iter_rows()}


def _card(
    agent: dict[str, Any],
    reach: pl.DataFrame,
    links: pl.DataFrame,
    gaps: pl.DataFrame,
    names: dict[str, tuple[str, int | None]],
) -> str:
    tools = links.filter(pl.col("kind") == "uses-tool", pl.col("from") == agent["key"])["to"].sort().to_list()
    own = gaps.filter(pl.col("subject") == agent["key"])["check"].unique().sort().to_list()
    facts = {
        "owner": agent["owner"],
        "purpose": agent["purpose"],
        "environment": agent["environment"],
        "autonomy": agent["autonomy"],
        "input": agent["input"],
        "tool selection": agent["selection"],
    }
    lines = [
        f"### {safe(agent['name'] or agent['key'])}\n",
        f"{code(agent['key'])}; "
        + "; ".join(f"{name} {safe(value) if value else 'not known'}" for name, value in facts.items())
        + "\n",
        f"Tools: {_few([safe(tool.rsplit('/', 1)[-1]) for tool in tools], 12) or 'none found'}\n",
    ]
    ranked = sorted(
        reach.iter_rows(named=True),
        key=lambda row: (-(names.get(row["system"], ("", 0))[1] or 0), -row["possible"], row["system"]),
    )
    rows = [
        (
            safe(names.get(row["system"], (row["system"], None))[0]),
            str(names.get(row["system"], ("", None))[1] or "?"),
            strongest(row["certain"]) if row["certain"] else "none certain",
            strongest(row["possible"]) if row["possible"] != row["certain"] else "",
            str(row["hops"]),
        )
        for row in ranked[:8]
    ]
    if rows:
        lines.append(
            table(("reaches", "criticality", "certain", "possibly", "transitions"), rows, right=(1, 4))
        )
        if len(ranked) > len(rows):
            lines.append(f"and {len(ranked) - len(rows)} more systems.\n")
    else:
        lines.append("No system is known to be in its reach.\n")
    if own:
        lines.append(f"Gaps: {', '.join(own)}\n")
    return "\n".join(lines)
