"""One page for the first hour of a leak: who uses it, where it lies, what it reaches, what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from posture.checks import consumers
from posture.checks.view import View
from posture.graph.answers import Answers
from posture.graph.ask import paths
from posture.graph.reach import reach_of
from posture.model.classes import Classes, words
from posture.model.errors import UsageError
from posture.model.keys import is_access_key, short
from posture.plan import stolen
from posture.reports.canonical import plain_value, text
from posture.reports.first_hour import Case, Step, steps
from posture.reports.names import Names

SCHEMA = "posture/leaked"
VERSION = "1-draft"
_WAYS = 8
"""Systems whose way is told; all are listed in JSON."""
_CANDIDATES = 12
_PLANE = ":control-plane"
_NAMING = ("scopes", "systems", "identities", "agents", "tools", "credentials", "groups", "links")


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere that holds the value, or where it was seen."""

    where: str
    how: str
    """stored, or the surface that it was seen on."""
    since: str = ""
    revoked: bool = False
    file: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who uses it."""

    key: str
    name: str
    owner: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Reached:
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


@dataclass(frozen=True, slots=True)
class Leaked:
    """Everything that the page says."""

    credential: str
    name: str
    kind: str
    facts: tuple[tuple[str, str], ...]
    identities: tuple[str, ...]
    places: tuple[Place, ...]
    users: tuple[User, ...]
    users_known: bool
    """Whether no further user can be unseen."""
    reach: tuple[Reached, ...]
    steps: tuple[Step, ...]
    breaks: tuple[str, ...]
    proof: tuple[Step, ...]
    unknown: tuple[str, ...]


def credential(view: View, said: str) -> str:
    """The credential that `said` names: by key, place, alias, exposure, or as the only one of an identity.

    UsageError lists the candidates where there are none or several.
    """
    rows = view.estate["credentials"].select("key", "name")
    keys = set(rows["key"])
    exposures = view.estate["exposures"]
    for one in (said, f"secret:{said}"):
        if one in keys or one in set(exposures["credential"]):
            return one
    alias = view.estate["aliases"].filter(pl.col("alias") == said)["key"]
    links = view.estate["links"].filter(pl.col("kind").is_in(["authenticates", "runs-as"]))
    identities = view.estate["identities"].filter((pl.col("key") == said) | (pl.col("name") == said))["key"]
    placed = exposures.filter(pl.col("place").str.contains(said, literal=True))["credential"]
    found = {
        *(key for key in alias if key in keys),
        *(key for key, name in rows.iter_rows() if said == name or _lies_in(key, said)),
        *(key for key in links.filter(pl.col("to").is_in(identities.implode()))["from"] if key in keys),
        *placed,
    }
    if len(found) == 1:
        return str(found.pop())
    if found:
        raise UsageError(f"{said}: may be several credentials; say which: {_candidates(found)}")
    if is_access_key(said):
        # Nothing that was read knows it, and the clock runs all the same.
        return said
    near = {key for key in keys if said.lower() in key.lower()}
    hint = (
        f"did you mean {_candidates(near)}?" if near else "name a key id, a place FILE#POINTER or an identity"
    )
    raise UsageError(f"{said}: no credential of that key, place or name was read; {hint}")


def _lies_in(key: str, said: str) -> bool:
    place = key.removeprefix("secret:")
    return place != key and said == place.partition("#")[0]


def _candidates(keys: set[str]) -> str:
    more = f" and {len(keys) - _CANDIDATES} more" if len(keys) > _CANDIDATES else ""
    return ", ".join(sorted(keys)[:_CANDIDATES]) + more


def leaked(view: View, answered: Answers, key: str) -> Leaked:
    """The page for the credential `key`; every place that holds the same value counts as it."""
    estate = view.estate
    names = Names({name: view.estate[name].lazy() for name in _NAMING})
    group = consumers.groups(view)
    value = dict(group.iter_rows()).get(key, key)
    same = sorted({key, *group.filter(pl.col("group") == value)["key"]})
    facts = next(iter(stolen.facts(view).filter(pl.col("key") == value).iter_rows(named=True)), {})
    rows = estate["credentials"].filter(pl.col("key").is_in(same)).sort("key")
    own = next(iter(rows.filter(pl.col("key") == key).iter_rows(named=True)), {})
    links = estate["links"].filter(pl.col("from").is_in(same))
    identities = sorted(set(links.filter(pl.col("kind").is_in(["authenticates", "runs-as"]))["to"]))
    users = _users(view, names, same)
    places = _places(view, names, same)
    reached = _reach(view, answered, names, same)
    case = Case(
        key=key,
        kind=str(own.get("kind") or "unknown"),
        shape=str(own.get("shape") or ""),
        identity=identities[0] if identities else "",
        roles=_roles(view, identities),
        places=tuple(dict.fromkeys(place.where for place in places if place.how == "stored")),
        users=tuple(user.name for user in users),
    )
    todo, proof = steps(case)
    known = bool(facts.get("users_known"))
    return Leaked(
        credential=key,
        name=names.of(key),
        kind=case.kind,
        facts=_facts(rows, facts),
        identities=tuple(identities),
        places=places,
        users=users,
        users_known=known,
        reach=reached,
        steps=todo,
        breaks=_breaks(users, known, facts),
        proof=proof,
        unknown=_unknown(rows, identities, users, known, reached),
    )


def _facts(rows: pl.DataFrame, facts: dict[str, Any]) -> tuple[tuple[str, str], ...]:
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


def _places(view: View, names: Names, same: list[str]) -> tuple[Place, ...]:
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


def _users(view: View, names: Names, same: list[str]) -> tuple[User, ...]:
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


def _roles(view: View, identities: list[str]) -> tuple[str, ...]:
    becomes = view.estate["links"].filter(
        pl.col("kind") == "may-become", "certain", pl.col("from").is_in(identities)
    )
    return tuple(sorted({key for key in becomes["to"] if key.startswith("arn:") and ":role/" in key}))


def _reach(view: View, answered: Answers, names: Names, same: list[str]) -> tuple[Reached, ...]:
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


def _breaks(users: tuple[User, ...], known: bool, facts: dict[str, Any]) -> tuple[str, ...]:
    lines = [
        f"{user.name}{f', owner {user.owner}' if user.owner else ', owner not known'}"
        f"{'' if user.certain else ' (conditional)'}: stops until it has the new one"
        for user in users
    ]
    if not known:
        lines.append("users that no source shows: watch for refused calls after it is off")
    if facts.get("last_used"):
        lines.append(f"it was last used {plain_value(facts['last_used'])}")
    if facts.get("cannot_refresh"):
        lines.append("a user does not take a new value by itself")
    return tuple(lines)


def _unknown(
    rows: pl.DataFrame,
    identities: list[str],
    users: tuple[User, ...],
    known: bool,
    reached: tuple[Reached, ...],
) -> tuple[str, ...]:
    """What the page cannot say, so that nobody takes silence for safety."""
    lines = []
    if rows.is_empty():
        lines.append("the credential itself was not read, only its name is known")
    if not identities:
        lines.append("whom it authenticates")
    if not users:
        lines.append("who uses it")
    elif not known:
        lines.append("whether further users exist")
    if not reached:
        lines.append("what it reaches: no access of its identity was read, so there may be any")
    if rows["last_used"].drop_nulls().is_empty():
        lines.append("when it was last used")
    return tuple(lines)


def administers(page: Leaked) -> tuple[str, ...]:
    """Keys of the scopes that it administers for certain."""
    admin = words(int(Classes.ADMIN))
    planes = (row for row in page.reach if row.system.endswith(_PLANE) and row.certain.startswith(admin))
    return tuple(sorted(row.system.removesuffix(_PLANE) for row in planes))


def json(page: Leaked) -> bytes:
    """The page for machines."""
    return text({"schema": {"id": SCHEMA, "version": VERSION}, **plain_value(asdict(page))})
