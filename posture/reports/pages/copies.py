"""Secrets in several places or hands: each copy with when it was last seen, and which outlive their task."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from posture.model.assessment import Assessment
from posture.reports.lives import span, window
from posture.reports.names import Names, listed
from posture.reports.pages.words import code, count, safe, table, when

_LISTED, _OWNERS, _SPELT, _COPIES = 25, 8, 10, 6


def copies(assessment: Assessment, live: Sequence[Mapping[str, Any]]) -> str:
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
    tasks = _tasks(assessment, links)
    lying: dict[str, str] = {}
    lines = []
    for key, rows in sorted(groups.items()):
        places = {place for row in rows for place in stored.get(row["key"], {row["key"]})}
        # What a file holds is often told as an exposure of that same place.
        told = {(row["file"], row["at"]) for row in rows}
        leaks = [leak for row in rows for leak in seen.get(row["key"], ())]
        astray = [
            leak for leak in leaks if (leak["file"], leak["at"]) not in told and leak["place"] not in places
        ]
        sightings = _sightings(astray)
        number = len(places) + len(sightings)
        users = {holder for row in rows for holder in holders.get(row["key"], ())}
        if number < 2 and len(users) < 2:
            continue
        known = [hours for row in rows if (hours := window(row, assessment.overview.as_of)) is not None]
        dates = [leak["detected"] for leak in astray if leak["detected"]]
        cells = (
            safe(names.of(rows[0]["key"])),
            str(number),
            str(len({row["store"] for row in rows} - {None}) or "–"),
            str(len(users) or "not known"),
            str(max((systems.get(row["key"], 0) for row in rows), default=0) or "not known"),
            span(max(known)) if known else "not known",
            _outlives(users, known, tasks),
            when(max(dates)) if dates else "–",
        )
        lines.append((-number, -len(users), key, cells))
        lying[key] = _lying(names, rows[0]["key"], places, sightings)
        owner = next((owners[row["key"]] for row in rows if row["key"] in owners), "")
        secrets_of[owner] = secrets_of.get(owner, 0) + 1
        copies_of[owner] = copies_of.get(owner, 0) + number
    if not lines:
        return ""
    head = (
        "secret",
        "copies",
        "kinds of store",
        "holders",
        "systems",
        "misuse if stolen now",
        "lives on after the task",
        "seen astray",
    )
    more = f"\n{len(lines) - _LISTED} more: JSON report.\n" if len(lines) > _LISTED else ""
    ranked = sorted(copies_of, key=lambda owner: (-copies_of[owner], owner))
    teams = [
        f"{safe(owner or 'nobody known')} {count(secrets_of[owner], 'secret')} in "
        f"{count(copies_of[owner], 'place')}"
        for owner in ranked
    ]
    ranked_lines = sorted(lines)[:_LISTED]
    where = [lying[key] for _, _, key, _ in ranked_lines[:_SPELT]]
    return (
        "### Secrets in more than one place or hand\n\nEach further copy and holder makes the next rotation "
        "slower and the next leak wider.\n\n"
        + table(head, [cells for *_, cells in ranked_lines], right=(1, 2, 3, 4))
        + more
        + "\n"
        + "\n".join(where)
        + f"\n\nBy owner: {listed(teams, _OWNERS)}.\n"
    )


def _tasks(assessment: Assessment, links: pl.DataFrame) -> dict[str, float]:
    """By agent and by tool, the hours that the shortest longest task of whoever uses it takes."""
    rows = assessment.frame("agents").select("key", "max_task").drop_nulls()
    tasks = {key: seconds / 3600 for key, seconds in rows.iter_rows()}
    using = links.filter(pl.col("kind") == "uses-tool").select("from", "to")
    for agent, tool in using.sort("from", "to").iter_rows():
        if agent in tasks:
            tasks[tool] = min(tasks[agent], tasks.get(tool, tasks[agent]))
    return tasks


def _outlives(users: Collection[str], windows: Collection[float], tasks: Mapping[str, float]) -> str:
    """Whether a copy still works when the task is done that it was for."""
    held = [tasks[user] for user in users if user in tasks]
    if not held or not windows:
        return "not known"
    return "yes" if max(windows) > min(held) else "no"


def _sightings(astray: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], datetime | None]:
    """Where it was seen astray, and when last."""
    found: dict[tuple[str, str], datetime | None] = {}
    for leak in astray:
        place = leak["surface"], leak["place"] or ""
        dates = [date for date in (found.get(place), leak["detected"]) if date]
        found[place] = max(dates, default=None)
    return found


def _lying(
    names: Names, key: str, places: Collection[str], sightings: Mapping[tuple[str, str], datetime | None]
) -> str:
    """Each copy: what lies in a place that was read, then what was seen elsewhere with its date."""
    told = [
        "where it is used, which is not known"
        if place == key and not key.startswith("secret:")
        else code(place.removeprefix("secret:"))
        for place in sorted(places)
    ]
    told += [
        f"{surface}{f' {safe(place)}' if place else ''} (last seen {when(sightings[surface, place])})"
        for surface, place in sorted(sightings)
    ]
    return f"- {safe(names.of(key))}: {listed(told, _COPIES)}"


def _ends(links: pl.DataFrame, start: str, end: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one, other in links.select(start, end).iter_rows():
        found.setdefault(one, set()).add(other)
    return found
