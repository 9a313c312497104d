"""Sets of permissions as bits, and what a set does to which kinds of system."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import translate
from functools import lru_cache
from importlib.resources import files

import tomli
from msgspec import Struct

from posture.access.gcp.reference import reference, unpacked
from posture.access.kinds import kind_of
from posture.model.classes import Classes
from posture.sources.gcp.names import service_word

_LOOKS = ("get", "list", "search", "query")
"""Verbs that only look, whatever else a pattern of the rules says of them."""


class Rules(Struct, frozen=True):
    """The rules of classes.toml for Google Cloud: lists of verbs, and patterns of whole permissions."""

    nothing: re.Pattern[str]
    admin: re.Pattern[str]
    external: re.Pattern[str]
    destructive: tuple[str, ...]
    read: tuple[str, ...]
    write: frozenset[str]
    """Verbs and whole permissions that write, although another list fits them."""

    def of(self, permission: str) -> Classes:
        """The classes that `permission` gives."""
        if self.nothing.match(permission):
            return Classes.NONE
        verb = permission.rpartition(".")[2]
        if verb in self.write or permission in self.write:
            found = Classes.WRITE
        elif verb.startswith(_LOOKS):
            return Classes.READ
        elif self.admin.match(permission):
            found = Classes.ADMIN
        elif verb.startswith(self.destructive):
            found = Classes.DESTRUCTIVE | Classes.WRITE
        else:
            found = Classes.READ if verb.startswith(self.read) else Classes.WRITE
        return found | Classes.EXTERNAL if self.external.match(permission) else found


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules, read once."""
    table = tomli.loads((files("posture.access") / "classes.toml").read_text(encoding="utf-8"))["gcp"]
    return Rules(
        _any(table["nothing"]),
        _any(table["admin"]),
        _any(table["external"]),
        tuple(table["destructive"]),
        tuple(table["read"]),
        frozenset(table["write"]),
    )


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(translate(pattern) for pattern in patterns))


@lru_cache(maxsize=50_000)
def spelled(permission: str) -> str:
    """`iam.googleapis.com/roles.create`, as deny policies and some roles have it, is `iam.roles.create`."""
    host, slash, rest = permission.partition("/")
    return f"{service_word(host)}.{rest}" if slash else permission


@lru_cache(maxsize=20_000)
def effect(permission: str) -> tuple[str, int]:
    """The kind of system that `permission` is about, and its classes as a mask."""
    service, _, rest = permission.partition(".")
    classes = rules().of(permission)
    if classes == Classes.WRITE and permission in _viewed():
        # Google's role for viewers holds it, whatever its verb sounds like.
        classes = Classes.READ
    return kind_of("gcp", service, rest.partition(".")[0]), int(classes)


@lru_cache(maxsize=1)
def _viewed() -> frozenset[str]:
    table = reference()
    held = unpacked(table.roles["roles/viewer"])
    return frozenset(spelled(name) for n, name in enumerate(table.permissions) if held >> n & 1)


class Permissions:
    """Every permission that a run knows has a bit: those of the reference, then what else was named."""

    def __init__(self) -> None:
        self._names: list[str] = [spelled(name) for name in reference().permissions]
        self._bits: dict[str, int] = {name: n for n, name in enumerate(self._names)}
        self._effects: dict[int, dict[str, int]] = {}

    def bit(self, permission: str) -> int:
        """The set that holds `permission` alone."""
        permission = spelled(permission)
        place = self._bits.get(permission)
        if place is None:
            place = self._bits[permission] = len(self._names)
            self._names.append(permission)
        return 1 << place

    def set_of(self, permissions: Iterable[str]) -> int:
        """The set of all of `permissions`."""
        bits = 0
        for permission in permissions:
            bits |= self.bit(permission)
        return bits

    def predefined(self, role: str) -> int | None:
        """What a predefined role holds; null where the table does not list it."""
        packed = reference().roles.get(role)
        return None if packed is None else unpacked(packed)

    def names(self, bits: int) -> Iterator[str]:
        """The permissions in `bits`, by their place."""
        while bits:
            low = bits & -bits
            yield self._names[low.bit_length() - 1]
            bits ^= low

    def matching(self, pattern: str) -> int:
        """The set of known permissions that `pattern` covers, in which `*` stands for anything."""
        if "*" not in pattern:
            return self.bit(pattern)
        covers = re.compile(translate(spelled(pattern)))
        return self.set_of([name for name in self._names if covers.match(name)])

    def effects(self, bits: int) -> dict[str, int]:
        """What the set does, as a mask of classes by kind of system."""
        found = self._effects.get(bits)
        if found is None:
            found = {}
            for name in self.names(bits):
                kind, mask = effect(name)
                if mask:
                    found[kind] = found.get(kind, 0) | mask
            self._effects[bits] = found
        return found
