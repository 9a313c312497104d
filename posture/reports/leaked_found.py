"""What is found of one leaked credential: its life, its places, its users, its reach."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from msgspec import Struct

from posture.checks import consumers
from posture.checks.view import View
from posture.graph.answers import Answers
from posture.graph.ask import paths
from posture.graph.reach import reach_of
from posture.model.classes import words
from posture.model.keys import short
from posture.reports.canonical import plain_value
from posture.reports.names import Names

_WAYS = 8
"""Systems whose way is told; all are listed in JSON."""


class Place(Struct, frozen=True):
    """Somewhere that holds the value, or where it was seen."""

    where: str
    how: str
    """stored, or the surface that it was seen on."""
    since: str = ""
    revoked: bool = False
    file: str = ""
    at: str = ""


class User(Struct, frozen=True):
    """Somebody who uses it."""

    key: str
    name: str
    owner: str
    certain: bool


class Reached(Struct, frozen=True):
    """A system that it reaches."""

    system: str
    name: str
    scope: str
    """Key of the account or the like that it lies in."""
    criticality: int | None
    certain: str
    """What it may do for certain, in words; empty where nothing is certain."""
    possible: str
    way: tuple[str, ...] = ()


def life(rows: pl.DataFrame, facts: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """What is known of its life, each as a word and what is said of it."""
    if rows.is_empty():
        return ()

    def newest(column: str) -> str:
        value = rows[column].drop_nulls().max()
        return "" if value is None else str(plain_value(value))

    endless = rows["has_expires"].drop_nulls()
    enabled = rows["enabled"].drop_nulls()
    said = (
        ("enabled", "" if enabled.is_empty() else "yes" if enabled.any() else "no"),
        ("proven dead", "yes" if facts.get("valid") is False else ""),
        ("issued", newest("created")),
        ("rotated", newest("rotated")),
        ("expires", newest("expires") or ("never" if len(endless) and not endless.any() else "")),
        ("last used", newest("last_used")),
        ("worst place", str(facts.get("exposure") or "")),
    )
    return tuple((word, value or "not known") for word, value in said if value or word != "proven dead")


def places_of(view: View, names: Names, same: list[str]) -> tuple[Place, ...]:
    """Where it is stored, then where it was seen."""
    stored = view.estate["links"].filter(pl.col("kind") == "stored-at", pl.col("from").is_in(same))
    found = [
        Place(
            where=f"{row['file']}#{row['at']}"
            if row["to"].startswith(("home:", "repo:"))
            else names.of(row["to"]),
            how="stored",
            file=row["file"],
            at=row["at"],
        )
        for row in stored.sort("from", "to", "file", "at").iter_rows(named=True)
    ]
    told = {(place.file, place.at) for place in found}
    held = {*stored["to"], *(place.where for place in found)}
    for row in view.estate["credentials"].filter(pl.col("key").is_in(same)).sort("key").iter_rows(named=True):
        if row["key"].startswith("secret:") and (row["file"], row["at"]) not in told:
            found.append(Place(short(row["key"]), "stored", file=row["file"], at=row["at"]))
    seen = view.estate["exposures"].filter(pl.col("credential").is_in(same))
    found.extend(
        Place(
            where=row["place"] or "place not said",
            how=row["surface"],
            since=str(plain_value(row["detected"])) if row["detected"] else "",
            revoked=bool(row["has_revoked"]),
            file=row["file"],
            at=row["at"],
        )
        for row in seen.sort("detected", "surface", "place").iter_rows(named=True)
        if row["place"] not in held and (row["file"], row["at"]) not in told
    )
    return tuple(dict.fromkeys(found))


def users_of(view: View, names: Names, same: list[str]) -> tuple[User, ...]:
    used = consumers.of_credentials(view).filter(pl.col("key").is_in(same))
    owners = {
        key: owner
        for table in ("agents", "identities", "systems")
        for key, owner in view.estate[table].select("key", "owner").iter_rows()
        if owner
    }
    sure = used.group_by("other").agg(pl.col("certain").any()).sort("other")
    return tuple(
        User(key, _user(key, names), owners.get(key, ""), bool(certain)) for key, certain in sure.iter_rows()
    )


def _user(key: str, names: Names) -> str:
    return f"whatever runs in the home {short(key)}" if key.startswith("home:") else names.of(key)


def roles_of(view: View, identities: list[str]) -> tuple[str, ...]:
    becomes = view.estate["links"].filter(
        pl.col("kind") == "may-become", "certain", pl.col("from").is_in(identities)
    )
    return tuple(sorted({key for key in becomes["to"] if key.startswith("arn:") and ":role/" in key}))


def reach(view: View, answered: Answers, names: Names, same: list[str]) -> tuple[Reached, ...]:
    """Worst first; the ways to the worst ones are told."""
    graph = answered.graph
    numbers = graph.numbers(same)
    rows = reach_of(graph, np.unique(numbers[numbers >= 0]).astype(np.int32)).rows
    masks: dict[str, tuple[int, int]] = {}
    for row in rows.iter_rows(named=True):
        certain, possible = masks.get(row["system"], (0, 0))
        masks[row["system"]] = (certain | row["certain"], possible | row["possible"])
    scopes = dict(view.estate["systems"].select("key", "scope").iter_rows())
    critical = dict(view.estate["systems"].select("key", "criticality").iter_rows())
    ranked = sorted(
        masks.items(),
        key=lambda item: (not item[1][0], -(critical.get(item[0]) or 0), -item[1][0], -item[1][1], item[0]),
    )
    start = next((key for key in same if int(graph.numbers([key])[0]) >= 0), "")
    return tuple(
        Reached(
            system=system,
            name=names.of(system),
            scope=scopes.get(system, ""),
            criticality=critical.get(system),
            certain=words(certain) if certain else "",
            possible=words(possible),
            way=_way(answered, names, start, system) if n < _WAYS else (),
        )
        for n, (system, (certain, possible)) in enumerate(ranked)
    )


def _way(answered: Answers, names: Names, start: str, system: str) -> tuple[str, ...]:
    found = paths(answered.graph, start, system, 1).ways
    return tuple(names.of(key) for key in found[0].crosses) if found else ()
