"""The dated table of predefined roles and the permissions that each holds.

The facts are Google's, as collected by iann0036/iam-dataset (Copyright Ian Mckay, MIT licence).
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from importlib.resources import files

from msgspec import Struct

_HEAD = 1_000
"""Characters in which the first line ends."""


class Reference(Struct, frozen=True):
    """`date` says how old the table is and belongs in every report."""

    date: str
    source: str
    permissions: tuple[str, ...]
    """Every permission that some predefined role holds, sorted."""
    roles: dict[str, str]
    """By full name, the packed places of its permissions; `unpacked` opens one."""


def dated() -> tuple[str, str]:
    """Date and source of the table from its first line: a run without Google Cloud needs no more of it."""
    head = zlib.decompressobj().decompress(_packed(), _HEAD).decode(errors="ignore")
    date, source = head.splitlines()[0].split("\t")
    return date, source


@lru_cache(maxsize=1)
def reference() -> Reference:
    """The packaged table, read once."""
    stamp, *lines = zlib.decompress(_packed()).decode().splitlines()
    date, source = stamp.split("\t")
    permissions: list[str] = []
    roles: dict[str, str] = {}
    for line in lines:
        kind, name, rest = line.split("\t")
        if kind == "P":
            permissions += [f"{name}.{one}" for one in rest.split(" ")]
        else:
            roles[f"roles/{name}"] = rest
    return Reference(date, source, tuple(permissions), roles)


def unpacked(places: str) -> int:
    """The set of permissions that a role of the table holds, a bit for each by its place."""
    bits = last = 0
    for word in places.split():
        step, _, more = word.partition("+")
        first = last + int(step)
        length = int(more or 0) + 1
        bits |= ((1 << length) - 1) << first
        last = first + length - 1
    return bits


def _packed() -> bytes:
    return (files(__package__) / "roles.txt.z").read_bytes()
