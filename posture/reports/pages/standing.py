"""Where we stand: title, decision page, what changed, scope and method."""

from __future__ import annotations

import polars as pl

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.model.overview import Overview
from posture.reports.pages.words import bar, code, figure, hours, percent, safe, score_words, table, when


def title(assessment: Assessment, _frameworks: Frameworks) -> str:
    """Who, when, by what."""
    overview = assessment.overview
    name = safe(overview.organisation) if overview.organisation else "this estate"
    scopes = ", ".join(f"{count} {safe(provider)}" for provider, count in sorted(overview.scopes.items()))
    return (
        f"# Non-human identities and agents: {name}\n\n"
        f"As of {when(overview.as_of)} ({overview.as_of_from}). Scopes: {scopes or 'none read'}. "
        f"posture {overview.version}, catalogue {code(overview.catalogue[:12])}, "
        f"input {code(overview.digest[:12])}. Status: draft."
    )


def decision(assessment: Assessment, _frameworks: Frameworks) -> str:
    """One page to decide on."""
    overview = assessment.overview
    parts = [
        "## Where we stand\n",
        _figures(overview),
        _immediate(overview),
        _chokes(assessment),
        _ask(overview),
    ]
    return "\n".join(part for part in parts if part)


def _figures(overview: Overview) -> str:
    risk = overview.risk
    standing = (
        "not known" if overview.standing_destructive is None else percent(overview.standing_destructive)
    )
    span = (
        f", {figure(risk.low)} to {figure(risk.high)} with what is not known" if risk.high > risk.low else ""
    )
    gaps = ", ".join(
        f"{overview.gaps[word]} {word}"
        for word in ("critical", "high", "medium", "low")
        if overview.gaps.get(word)
    )
    rows = [
        ("Controls, of what was given", score_words(overview)),
        ("Controls, of all checks", f"{overview.score.of_all_low:.0f} to {overview.score.of_all_high:.0f}"),
        ("Coverage", f"{overview.score.coverage:.0f} % of what the checks apply to"),
        ("Path risk", f"{figure(risk.total)}{span}; {figure(risk.after_plan)} after the plan"),
        ("Gaps", gaps or "none found"),
        ("Standing destructive access", f"{standing} (target 0)"),
    ]
    return table(("", ""), rows)


def _immediate(overview: Overview) -> str:
    if not overview.immediate:
        return "Nothing was found that cannot wait."
    rows = [
        (
            hours(item.due_in_hours) if item.due_in_hours is not None else when(item.due),
            safe(item.title),
            str(item.agents),
            str(item.systems),
            percent(item.share),
            safe(item.why),
        )
        for item in overview.immediate[:15]
    ]
    more = len(overview.immediate) - len(rows)
    tail = f"\n{more} more stand in the plan.\n" if more > 0 else ""
    head = ("due in", "what", "agents", "systems", "risk", "why")
    return "### Cannot wait\n\n" + table(head, rows, right=(2, 3, 4)) + tail


def _chokes(assessment: Assessment) -> str:
    top = assessment.tables["chokes"].sort("share", "key", descending=[True, False]).head(3).collect()
    if top.is_empty():
        return ""
    rows = [
        (safe(row["name"] or row["key"]), bar(row["share"]), percent(row["share"]))
        for row in top.iter_rows(named=True)
    ]
    return "### What one fix breaks\n\n" + table(("choke point", "", "of path risk"), rows, right=(2,))


def _ask(overview: Overview) -> str:
    first = overview.immediate[0].title if overview.immediate else ""
    if not first:
        return ""
    removed = overview.risk.total - overview.risk.after_wave0
    share = percent(removed / overview.risk.total) if overview.risk.total else "0 %"
    return (
        f"**We ask for** the hours to work what cannot wait, which removes {share} of path risk, "
        "and for an owner for every step that has none."
    )


def changed(assessment: Assessment, _frameworks: Frameworks) -> str:
    """New, gone and changed since the baseline."""
    overview = assessment.overview
    if not overview.baseline:
        return ""
    lines = [f"- {change.mark} {safe(change.says)}" for change in overview.changes] or ["- nothing"]
    return f"## What changed since {safe(overview.baseline)}\n\n" + "\n".join(lines)


def scope(assessment: Assessment, _frameworks: Frameworks) -> str:
    """What was in, how the order came about, and which settings differ."""
    overview = assessment.overview
    rows = (
        assessment.tables["scopes"]
        .sort("key")
        .select("key", "name", "kind", "environment", "source")
        .collect()
    )
    listed = [
        (code(row["key"]), safe(row["name"] or ""), row["kind"] or "", row["environment"] or "not known")
        for row in rows.head(40).iter_rows(named=True)
    ]
    settings = [f"- {code(name)} is {code(value)}" for name, value in sorted(overview.settings.items())]
    premium = figure(overview.risk.premium)
    return "\n".join(
        [
            "## Scope and method\n",
            table(("scope", "name", "kind", "environment"), listed),
            f"{len(rows) - len(listed)} more scopes are in the JSON report.\n"
            if len(rows) > len(listed)
            else "",
            "Path risk counts doors: for every way in and every system only the best way. "
            "Its weights are ordinal, made for ordering; they are no probabilities.\n",
            "Order: contain what is exposed, rotate what is shared or broad, then by risk removed per hour. "
            f"Containing before constraining costs {premium} risk-hours against the order without that rule. "
            "This is guidance, not a standard.\n",
            "Settings that differ from their defaults:\n"
            if settings
            else "All settings are at their defaults.",
            *settings,
        ]
    )


def unread_scopes(assessment: Assessment) -> pl.DataFrame:
    """Coverage rows that are not complete, worst first."""
    lacking = assessment.tables["coverage"].filter(pl.col("state") != "complete")
    return lacking.sort("state", "scope", "table", descending=[True, False, False]).collect()
