"""One page for the first hour of a leak: who uses it, where it lies, what it reaches, what to do."""

from __future__ import annotations

from typing import Any

import polars as pl
from msgspec import Struct, to_builtins

from posture.checks import consumers
from posture.checks.view import View
from posture.graph.answers import Answers
from posture.model.classes import Classes, words
from posture.model.errors import UsageError
from posture.model.keys import is_access_key
from posture.plan import stolen
from posture.reports.canonical import plain_value, text
from posture.reports.first_hour import Case, Step, steps
from posture.reports.leaked_found import Place, Reached, User, life, places_of, reach, roles_of, users_of
from posture.reports.names import Names

SCHEMA = "posture/leaked"
VERSION = "1-draft"
_CANDIDATES = 12
_PLANE = ":control-plane"
_NAMING = ("scopes", "systems", "identities", "agents", "tools", "credentials", "groups", "links")


class Leaked(Struct, frozen=True):
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
    users = users_of(view, names, same)
    places = places_of(view, names, same)
    reached = reach(view, answered, names, same)
    case = Case(
        key=key,
        kind=str(own.get("kind") or "unknown"),
        shape=str(own.get("shape") or ""),
        identity=identities[0] if identities else "",
        roles=roles_of(view, identities),
        places=tuple(dict.fromkeys(place.where for place in places if place.how == "stored")),
        users=tuple(user.name for user in users),
    )
    todo, proof = steps(case)
    known = bool(facts.get("users_known"))
    return Leaked(
        credential=key,
        name=names.of(key),
        kind=case.kind,
        facts=life(rows, facts),
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
    return text({"schema": {"id": SCHEMA, "version": VERSION}, **plain_value(to_builtins(page))})
