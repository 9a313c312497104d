"""Secrets: where their values come from, how long a stolen copy works, what they are bound to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import inf
from typing import Any

import polars as pl

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.reports.lives import BINDINGS, ORIGINS, dead, just_in_time, origin, span, window
from posture.reports.pages.copies import copies
from posture.reports.pages.words import count, table


def secrets(assessment: Assessment, _frameworks: Frameworks) -> str:
    """Origin of every value, binding of what agents hold, sprawl."""
    rows = assessment.frame("credentials").sort("key")
    if rows.is_empty():
        return ""
    as_of = assessment.overview.as_of
    held, near = _held_by_agents(assessment)
    live = [row for row in rows.iter_rows(named=True) if not dead(row, as_of)]
    parts = [
        "## Secrets\n",
        "A stored secret goes on working until somebody revokes it. What counts is not how often it is "
        "rotated but whether it is needed at all: where an exchange of tokens would do, there is nothing "
        "to steal (question Q-09).\n",
        f"{count(len(live), 'credential')} of the {len(rows):,} can still be used; the tables count those.\n",
        _origins(assessment, live, held, near),
        _bound(live, held),
        copies(assessment, live),
    ]
    return "\n".join(part for part in parts if part)


def _origins(
    assessment: Assessment, live: Sequence[Mapping[str, Any]], held: Collection[str], near: Collection[str]
) -> str:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in live:
        found.setdefault(origin(row), []).append(row)
    as_of = assessment.overview.as_of
    lines = []
    for word in ORIGINS:
        own = found.get(word, [])
        windows = [window(row, as_of) for row in own]
        known = [hours for hours in windows if hours is not None]
        lines.append(
            (
                word,
                str(len(own)),
                str(sum(row["key"] in held for row in own)),
                str(sum(row["key"] in near for row in own)),
                str(sum(hours == inf for hours in known)),
                span(max(known)) if known else "–",
            )
        )
    head = (
        "value comes from",
        "credentials",
        "held by agents",
        "within their reach besides",
        "without end",
        "longest misuse if stolen now",
    )
    return "### Origin\n\n" + table(head, lines, right=(1, 2, 3, 4))


def _held_by_agents(assessment: Assessment) -> tuple[set[str], set[str]]:
    """Keys of what agents hold, themselves or by their tools, and of what merely lies within their reach."""
    links = assessment.tables["links"].select("kind", "from", "to", "ambient").collect()
    agents = set(assessment.frame("agents")["key"])
    tools = set(links.filter(pl.col("kind") == "uses-tool", pl.col("from").is_in(agents))["to"])
    holders = [*agents, *tools]
    found = links.filter(pl.col("kind") == "holds", pl.col("from").is_in(holders))
    held = set(found.filter(~pl.col("ambient"))["to"])
    return held, set(found["to"]) - held


def _bound(live: Sequence[Mapping[str, Any]], held: Collection[str]) -> str:
    """What the credentials of agents are bound to, and how fast they die after the task."""
    own = [row for row in live if row["key"] in held]
    if not own:
        return ""
    tests = {
        **{f"bound to its {word}": column for word, column in BINDINGS.items()},
        "revoked when the task ends": "revoked_at_task_end",
        "revoked when the agent's state changes": "revoked_on_state_change",
    }
    answers = {words: Counter(row[column] for row in own) for words, column in tests.items()}
    answers["issued per run or step, and revoked at its end"] = Counter(just_in_time(row) for row in own)
    lines = [
        (words, *(str(given[value]) for value in (True, False, None))) for words, given in answers.items()
    ]
    lags = [row["revocation_lag"] for row in own if row["revocation_lag"] is not None]
    lag = (
        f"Longest time seen between the end of a task and revocation: {max(lags) / 60:.0f} min.\n"
        if lags
        else "How long revocation takes after a task is not known.\n"
    )
    head = (f"of {count(len(own), 'credential')} that agents hold", "yes", "no", "not known")
    return "### Bound to what\n\n" + table(head, lines, right=(1, 2, 3)) + f"\n{lag}"
