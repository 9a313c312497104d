"""What the actions of the table do, worked out once and packaged: `rebuild` writes it, every run reads it."""

from __future__ import annotations

import json
import zlib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from msgspec import Struct

FILE = "effects.json.z"


class Effects(Struct, frozen=True):
    """Sets of actions, one bit per position in the table."""

    by_kind: dict[str, dict[int, int]]
    """Per kind of system and single permission class, the actions that give it there."""
    limitable: int
    """The actions that can be limited to resources."""


@lru_cache(maxsize=1)
def effects() -> Effects:
    """The packaged sets, read once."""
    given = json.loads(zlib.decompress((files(__package__) / FILE).read_bytes()))
    return Effects(
        {
            kind: {int(one): _bits(told) for one, told in sets.items()}
            for kind, sets in given["by_kind"].items()
        },
        _bits(given["limitable"]),
    )


def packed(made: Effects) -> dict[str, Any]:
    """`made` as it stands in the file: each set begins at its lowest action."""
    return {
        "by_kind": {
            kind: {str(one): _told(bits) for one, bits in sets.items()} for kind, sets in made.by_kind.items()
        },
        "limitable": _told(made.limitable),
    }


def _told(bits: int) -> tuple[int, str]:
    first = (bits & -bits).bit_length() - 1
    return first, f"{bits >> first:x}"


def _bits(told: tuple[int, str]) -> int:
    first, digits = told
    return int(digits, 16) << first
