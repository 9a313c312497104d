"""Where we stand: title, decision page, what changed, scope and method."""

from __future__ import annotations

import re

import polars as pl

from posture.frameworks import Frameworks
from posture.model import figures
from posture.model.assessment import Assessment
from posture.model.classes import Classes
from posture.model.overview import Overview
from posture.reports.names import Names, listed
from posture.reports.pages.words import (
    bar,
    code,
    count,
    effort,
    figure,
    hours,
    percent,
    safe,
    table,
    when,
)

_URGENT, _CHOKES, _UNSEEN, _SCOPES = 10, 3, 4, 30
_HALF = 0.5
_REASON = re.compile(r"(?: \(and \d+ more findings?\))?: (?:an exposed value|it lives long)")
"""Where what was seen ends and the rule that makes it urgent begins, which is the same for all of them."""


def title(assessment: Assessment, _frameworks: Frameworks) -> str:
    """Who, when, by what."""
    overview = assessment.overview
    name = safe(overview.organisation) if overview.organisation else "this estate"
    scopes = safe(", ".join(figures.scopes(overview)))
    return (
        f"# Non-human identities and agents: {name}\n\n"
        f"As of {when(overview.as_of)} ({safe(overview.as_of_from)}). "
        f"Estate: {scopes or 'no account or project was read'}. "
        f"posture {overview.version}, catalogue {code(overview.catalogue[:12])}, "
        f"input {code(overview.digest[:12])}. Status: draft."
    )


def decision(assessment: Assessment, _frameworks: Frameworks) -> str:
    """One page to decide on: the ask first, then figures, what cannot wait, what one fix breaks."""
    overview = assessment.overview
    parts = [
        "## Decision summary\n",
        _ask(assessment),
        _figures(assessment),
        _immediate(overview),
        _chokes(assessment),
        _unseen(overview),
    ]
    return "\n".join(part for part in parts if part)


def _ask(assessment: Assessment) -> str:
    overview = assessment.overview
    steps = (
        assessment.tables["steps"]
        .filter(pl.col("lane") == "order")
        .sort("n")
        .select("n", "effort", "gain", "stage", "owner")
        .collect()
    )
    if steps.is_empty():
        return "No step is needed for what was assessed.\n"
    asks = []
    urgent = steps.filter(pl.col("stage") < 3)
    if len(urgent):
        asks.append(
            f"{effort(float(urgent['effort'].sum()))} of work now for the "
            f"{count(len(urgent), 'step')} that cannot wait"
        )
    total = overview.risk.total
    done = steps["gain"].cum_sum()
    enough = done >= _HALF * total
    if total > 0 and enough.any():
        upto = int(enough.arg_max() or 0) + 1
        asks.append(
            f"{effort(float(steps['effort'].head(upto).sum()))} in all for steps 1 to {upto}, "
            f"which remove {percent(float(done[upto - 1]) / total)} of the path risk"
        )
    elif total > 0:
        asks.append(
            f"{effort(float(steps['effort'].sum()))} in all for the {count(len(steps), 'step')} of the plan, "
            f"which {'removes' if len(steps) == 1 else 'remove'} {percent(float(done[-1]) / total)} of the "
            "path risk"
        )
    unowned = int(steps["owner"].is_null().sum())
    if unowned:
        asks.append(
            f"an owner for {_of_all(unowned, len(steps))} in order, which "
            f"{'has' if unowned == 1 else 'have'} none"
        )
    return "**We ask for** " + "; ".join(asks) + ".\n"


def _of_all(some: int, every: int) -> str:
    """`2 of the 5 steps`, `all 5 steps`, `the one step`."""
    if some < every:
        return f"{some:,} of the {count(every, 'step')}"
    return "the one step" if every == 1 else f"all {count(every, 'step')}"


def _standing_agents(assessment: Assessment) -> str:
    """Agents that act alone and may change something at any hour, most reaching first."""
    agents = assessment.tables["agents"].filter(pl.col("autonomy") == "autonomous").select("key").collect()
    if agents.is_empty():
        return "no agent that acts alone was read"
    changes = int(Classes.WRITE | Classes.DESTRUCTIVE | Classes.ADMIN | Classes.EXTERNAL)
    ranked = (
        assessment.tables["reach"]
        .filter(pl.col("origin").is_in(agents["key"].implode()), (pl.col("certain") & changes) != 0)
        .group_by("origin")
        .len()
        .sort("len", "origin", descending=[True, False])
        .collect()
    )
    names = Names(assessment.tables)
    which = listed([safe(names.of(key)) for key in ranked["origin"]], _CHOKES)
    return f"{len(ranked)} of the {len(agents)} that act alone" + (f": {which}" if which else "")


def _figures(assessment: Assessment) -> str:
    overview = assessment.overview
    risk = overview.risk
    standing = (
        "not known" if overview.standing_destructive is None else percent(overview.standing_destructive)
    )
    timely = overview.just_in_time
    span = (
        f" ({figure(risk.low)} to {figure(risk.high)} with what is not known)" if risk.high > risk.low else ""
    )
    gaps = ", ".join(
        f"{overview.gaps[word]} {word}"
        for word in ("critical", "high", "medium", "low")
        if overview.gaps.get(word)
    )
    rows = [
        ("Control score, of what was given", figures.score(overview.score)),
        ("Control score, of all checks", figures.of_all(overview.score)),
        ("Coverage", f"{overview.score.coverage:.0f} % of what the checks apply to was assessed"),
        ("Path risk now", f"{figure(risk.total)}{span}"),
        ("Path risk after the plan", figure(risk.after_plan)),
        ("Gaps", gaps or "none found"),
        ("Agents that act alone and may change something at any hour", _standing_agents(assessment)),
        ("Destructive access that has no end", f"{standing} (target 0)"),
        (
            "Agent credentials issued just in time",
            "none held" if timely is None else f"{percent(timely)} (target 100 %)",
        ),
    ]
    return table(("", ""), rows)


def _immediate(overview: Overview) -> str:
    if not overview.immediate:
        return "Nothing was found that cannot wait.\n"
    rows = [
        (
            hours(item.due_in_hours) if item.due_in_hours is not None else when(item.due),
            safe(item.title),
            safe(_REASON.split(item.why)[0]),
        )
        for item in overview.immediate[:_URGENT]
    ]
    more = len(overview.immediate) - len(rows)
    tail = f"\n{more} more stand at the head of the plan.\n" if more > 0 else ""
    return "### Cannot wait\n\n" + table(("due in", "what to do", "what was seen"), rows) + tail


def _chokes(assessment: Assessment) -> str:
    title = "### What one fix breaks\n\n"
    if not assessment.overview.risk.choked:
        return f"{title}{figures.UNCHOKED.capitalize()}.\n"
    top = (
        assessment.tables["chokes"]
        .filter(pl.col("kind") == "node")
        .sort("share", "key", descending=[True, False])
        .head(_CHOKES)
        .collect()
    )
    if top.is_empty():
        return ""
    names = Names(assessment.tables)
    rows = [
        (safe(names.of(row["key"])), bar(row["share"]), percent(row["share"]))
        for row in top.iter_rows(named=True)
    ]
    return title + table(("choke point", "", "of path risk"), rows, right=(2,))


def _unseen(overview: Overview) -> str:
    lines = [*overview.errors, *overview.blind]
    if not lines:
        return ""
    more = len(lines) - _UNSEEN
    shown = "\n".join(f"- {safe(line)}" for line in lines[:_UNSEEN])
    tail = f"\n- {more} more under *What was read, and what was not*" if more > 0 else ""
    return f"### What these figures do not see\n\n{shown}{tail}\n"


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
        .sort("kind", "key")
        .select("key", "name", "kind", "environment", "trusted")
        .collect()
    )
    ours = rows.filter(pl.col("trusted").fill_null(True))
    others = rows.filter(~pl.col("trusted").fill_null(True))
    listed = [
        (
            row["kind"],
            safe(row["name"] or row["key"].partition(":")[2]),
            code(row["key"]),
            row["environment"] or "not known",
        )
        for row in ours.head(_SCOPES).iter_rows(named=True)
    ]
    parts = ["## Scope and method\n", table(("kind", "name", "key", "environment"), listed)]
    if len(ours) > len(listed):
        parts.append(f"{len(ours) - len(listed)} more scopes are in the JSON report.\n")
    if len(others):
        names = ", ".join(
            safe(name or key) for key, name in others.select("key", "name").head(12).iter_rows()
        )
        more = f" and {len(others) - 12} more" if len(others) > 12 else ""
        parts.append(f"Outside the zone of trust: {names}{more}.\n")
    parts.append(
        "Path risk counts doors: for every way in and every system only the best way. "
        "Its weights are ordinal, made for ordering; they are no probabilities.\n"
    )
    parts.append(
        "Order: contain what is exposed, rotate what is shared or broad, then by risk removed per hour. "
        f"{_premium(overview.risk.premium)} This is guidance, not a standard.\n"
    )
    if overview.settings:
        parts.append("Settings that differ from their defaults:\n")
        parts.extend(f"- {code(name)} is {code(value)}" for name, value in sorted(overview.settings.items()))
    else:
        parts.append("All settings are at their defaults.")
    return "\n".join(parts)


def _premium(premium: float | None) -> str:
    """What containing first costs, or that nobody computed it."""
    if premium is None:
        return "What containing before constraining costs was not computed: the estate is too large for it."
    cost = f"{figure(premium)} risk-hours" if premium else "nothing"
    return f"Containing before constraining costs {cost} against the order without that rule."
