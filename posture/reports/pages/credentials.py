"""Secrets: where their values come from, how long a stolen copy works, which lie in several places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import inf
from typing import Any

import polars as pl

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.reports.lives import BINDINGS, ORIGINS, dead, just_in_time, origin, span, window
from posture.reports.names import Names, listed
from posture.reports.pages.words import count, safe, table, when

_LISTED, _OWNERS = 25, 8


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
        _sprawl(assessment, live),
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


def _sprawl(assessment: Assessment, live: Sequence[Mapping[str, Any]]) -> str:
    """One line per value that lies in several places or in several hands."""
    links = assessment.tables["links"].collect()
    stored = _ends(links.filter(pl.col("kind") == "stored-at"), "from", "to")
    holders = _ends(links.filter(pl.col("kind") == "holds", ~pl.col("ambient")), "to", "from")
    stolen = assessment.frame("origins").filter(pl.col("route") == "stolen-credential")
    systems = dict(stolen.select("key", "systems").iter_rows())
    seen: dict[str, list[Mapping[str, Any]]] = {}
    for leak in assessment.frame("exposures").iter_rows(named=True):
        seen.setdefault(leak["credential"], []).append(leak)
    names = Names(assessment.tables)
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in live:
        groups.setdefault(row["same_value_as"] or row["key"], []).append(row)
    owners = dict(assessment.frame("owners").select("subject", "owner").iter_rows())
    secrets_of: dict[str, int] = {}
    copies_of: dict[str, int] = {}
    lines = []
    for key, rows in sorted(groups.items()):
        places = {place for row in rows for place in stored.get(row["key"], {row["key"]})}
        # What a file holds is often told as an exposure of that same place.
        told = {(row["file"], row["at"]) for row in rows}
        leaks = [leak for row in rows for leak in seen.get(row["key"], ())]
        astray = [leak for leak in leaks if (leak["file"], leak["at"]) not in told]
        copies = len(places) + len({(leak["surface"], leak["place"]) for leak in astray})
        users = {holder for row in rows for holder in holders.get(row["key"], ())}
        if copies < 2 and len(users) < 2:
            continue
        known = [hours for row in rows if (hours := window(row, assessment.overview.as_of)) is not None]
        dates = [leak["detected"] for leak in astray if leak["detected"]]
        cells = (
            safe(names.of(rows[0]["key"])),
            str(copies),
            str(len({row["store"] for row in rows} - {None}) or "–"),
            str(len(users) or "not known"),
            str(max((systems.get(row["key"], 0) for row in rows), default=0) or "not known"),
            span(max(known)) if known else "not known",
            when(max(dates)) if dates else "–",
        )
        lines.append((-copies, -len(users), key, cells))
        owner = next((owners[row["key"]] for row in rows if row["key"] in owners), "")
        secrets_of[owner] = secrets_of.get(owner, 0) + 1
        copies_of[owner] = copies_of.get(owner, 0) + copies
    if not lines:
        return ""
    head = (
        "secret",
        "copies",
        "kinds of store",
        "holders",
        "systems",
        "misuse if stolen now",
        "seen astray",
    )
    more = f"\n{len(lines) - _LISTED} more: JSON report.\n" if len(lines) > _LISTED else ""
    ranked = sorted(copies_of, key=lambda owner: (-copies_of[owner], owner))
    teams = [
        f"{safe(owner or 'nobody known')} {count(secrets_of[owner], 'secret')} in "
        f"{count(copies_of[owner], 'place')}"
        for owner in ranked
    ]
    return (
        "### Secrets in more than one place or hand\n\nEach further copy and holder makes the next rotation "
        "slower and the next leak wider.\n\n"
        + table(head, [cells for *_, cells in sorted(lines)[:_LISTED]], right=(1, 2, 3, 4))
        + more
        + f"\nBy owner: {listed(teams, _OWNERS)}.\n"
    )


def _ends(links: pl.DataFrame, start: str, end: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one, other in links.select(start, end).iter_rows():
        found.setdefault(one, set()).add(other)
    return found
