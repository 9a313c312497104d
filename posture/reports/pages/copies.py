"""Secrets in several places or hands: each copy with when it was last seen, and which outlive their task."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from math import inf
from typing import Any

import polars as pl
from msgspec import Struct

from posture.model.assessment import Assessment
from posture.reports.lives import span, window
from posture.reports.names import Names, listed
from posture.reports.pages.words import code, count, safe, table, when

_LISTED, _OWNERS, _SPELT, _COPIES = 25, 8, 10, 6


class _Secret(Struct, frozen=True):
    """One value, whatever number of credentials it is known as."""

    key: str
    name: str
    places: frozenset[str]
    """Where it lies, or its own key where that is not known."""
    sightings: Mapping[tuple[str, str], datetime | None]
    """Where it was seen astray, and when last."""
    stores: int
    users: tuple[str, ...]
    systems: int
    windows: tuple[float | None, ...]
    """Hours that a stolen copy would work."""
    owner: str

    @property
    def copies(self) -> int:
        """Places that it lies in or was seen in."""
        return len(self.places) + len(self.sightings)


def copies(assessment: Assessment, live: Sequence[Mapping[str, Any]]) -> str:
    """One line per value that lies in several places or in several hands."""
    links = assessment.tables["links"].collect()
    names = Names(assessment.tables)
    found = [one for one in _secrets(assessment, live, links, names) if one.copies > 1 or len(one.users) > 1]
    if not found:
        return ""
    found.sort(key=lambda one: (-one.copies, -len(one.users), one.key))
    tasks = _tasks(assessment, links)
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
    more = f"\n{len(found) - _LISTED} more: JSON report.\n" if len(found) > _LISTED else ""
    return (
        "### Secrets in more than one place or hand\n\nEach further copy and holder makes the next rotation "
        "slower and the next leak wider.\n\n"
        + table(head, [_cells(one, tasks) for one in found[:_LISTED]], right=(1, 2, 3, 4))
        + f"{more}\n"
        + "\n".join(_lying(one) for one in found[:_SPELT])
        + f"\n\nBy owner: {listed(_teams(found), _OWNERS)}.\n"
    )


def _secrets(
    assessment: Assessment, live: Sequence[Mapping[str, Any]], links: pl.DataFrame, names: Names
) -> Iterator[_Secret]:
    stored = _ends(links.filter(pl.col("kind") == "stored-at"), "from", "to")
    holders = _ends(links.filter(pl.col("kind") == "holds", ~pl.col("ambient")), "to", "from")
    stolen = assessment.frame("origins").filter(pl.col("route") == "stolen-credential")
    systems = dict(stolen.select("key", "systems").iter_rows())
    owners = dict(assessment.frame("owners").select("subject", "owner").iter_rows())
    seen: dict[str, list[Mapping[str, Any]]] = {}
    for leak in assessment.frame("exposures").iter_rows(named=True):
        seen.setdefault(leak["credential"], []).append(leak)
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in live:
        groups.setdefault(row["same_value_as"] or row["key"], []).append(row)
    for key, rows in groups.items():
        keys = [row["key"] for row in rows]
        places = frozenset(place for own in keys for place in stored.get(own, {own}))
        # What a file holds is often told as an exposure of that same place.
        told = {(row["file"], row["at"]) for row in rows}
        leaks = (leak for own in keys for leak in seen.get(own, ()))
        yield _Secret(
            key,
            safe(names.of(keys[0])),
            places,
            _sightings(
                leak
                for leak in leaks
                if (leak["file"], leak["at"]) not in told and leak["place"] not in places
            ),
            len({row["store"] for row in rows} - {None}),
            tuple(sorted({holder for own in keys for holder in holders.get(own, ())})),
            max(systems.get(own, 0) for own in keys),
            tuple(window(row, assessment.overview.as_of) for row in rows),
            next((owners[own] for own in keys if own in owners), ""),
        )


def _cells(one: _Secret, tasks: Mapping[str, float]) -> tuple[str, ...]:
    dates = [date for date in one.sightings.values() if date]
    return (
        one.name,
        str(one.copies),
        str(one.stores or "–"),
        str(len(one.users) or "not known"),
        str(one.systems or "not known"),
        _longest(one.windows),
        _outlives(one.windows, [tasks.get(user) for user in one.users]),
        when(max(dates)) if dates else "–",
    )


def _longest(windows: Sequence[float | None]) -> str:
    """Until when the last copy works; a bound where nobody says it of all of them."""
    known = [hours for hours in windows if hours is not None]
    if not known:
        return "not known"
    bound = "" if len(known) == len(windows) or max(known) == inf else "at least "
    return bound + span(max(known))


def _teams(found: Sequence[_Secret]) -> list[str]:
    """Who has how many secrets in how many places, most places first."""
    own: dict[str, list[_Secret]] = {}
    for one in found:
        own.setdefault(one.owner, []).append(one)
    places = {owner: sum(one.copies for one in secrets) for owner, secrets in own.items()}
    return [
        f"{safe(owner or 'nobody known')} {count(len(own[owner]), 'secret')} in "
        f"{count(places[owner], 'place')}"
        for owner in sorted(own, key=lambda owner: (-places[owner], owner))
    ]


def _tasks(assessment: Assessment, links: pl.DataFrame) -> dict[str, float]:
    """By agent and by tool, the hours that the shortest longest task of whoever uses it takes."""
    rows = assessment.frame("agents").select("key", "max_task").drop_nulls()
    tasks = {key: seconds / 3600 for key, seconds in rows.iter_rows()}
    using = links.filter(pl.col("kind") == "uses-tool").select("from", "to")
    for agent, tool in using.sort("from", "to").iter_rows():
        if agent in tasks:
            tasks[tool] = min(tasks[agent], tasks.get(tool, tasks[agent]))
    return tasks


def _outlives(windows: Sequence[float | None], tasks: Sequence[float | None]) -> str:
    """Whether a copy still works when a task is done that it was for; no only where all is known."""
    held, known = ([hours for hours in some if hours is not None] for some in (tasks, windows))
    if not held or not known:
        return "not known"
    if max(known) > min(held):
        return "yes"
    return "no" if len(held) == len(tasks) and len(known) == len(windows) else "not known"


def _sightings(astray: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], datetime | None]:
    """Where it was seen astray, and when last."""
    found: dict[tuple[str, str], datetime | None] = {}
    for leak in astray:
        place = leak["surface"], leak["place"] or ""
        dates = [date for date in (found.get(place), leak["detected"]) if date]
        found[place] = max(dates, default=None)
    return found


def _lying(one: _Secret) -> str:
    """Each copy: what lies in a place that was read, then what was seen elsewhere with its date."""
    told = [
        "where it is used, which is not known"
        if place == one.key and not place.startswith("secret:")
        else code(place.removeprefix("secret:"))
        for place in sorted(one.places)
    ]
    told += [
        f"{surface}{f' {safe(place)}' if place else ''} (last seen {when(one.sightings[surface, place])})"
        for surface, place in sorted(one.sightings)
    ]
    return f"- {one.name}: {listed(told, _COPIES)}"


def _ends(links: pl.DataFrame, start: str, end: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one, other in links.select(start, end).iter_rows():
        found.setdefault(one, set()).add(other)
    return found
