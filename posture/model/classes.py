"""Permission classes: what a permission lets its holder do, as a five-bit mask."""

from __future__ import annotations

from enum import IntFlag
from functools import lru_cache


class Classes(IntFlag):
    """What may be done to a system. Admin implies all but `EXTERNAL`, which leaves our estate."""

    NONE = 0
    READ = 1
    WRITE = 2
    DESTRUCTIVE = 4
    EXTERNAL = 8
    ADMIN = 16


EVERYTHING = Classes.READ | Classes.WRITE | Classes.DESTRUCTIVE | Classes.EXTERNAL | Classes.ADMIN
IMPLIED_BY_ADMIN = Classes.READ | Classes.WRITE | Classes.DESTRUCTIVE

_WORDS = (
    (Classes.ADMIN, "admin"),
    (Classes.DESTRUCTIVE, "destructive"),
    (Classes.EXTERNAL, "external"),
    (Classes.WRITE, "write"),
    (Classes.READ, "read"),
)


def closed(mask: int) -> Classes:
    """`mask` with what admin implies spelled out."""
    classes = Classes(mask)
    return classes | IMPLIED_BY_ADMIN if Classes.ADMIN in classes else classes


def words(mask: int) -> str:
    """The classes in words, strongest first: `admin`, or `destructive, read`; `nothing` for an empty mask."""
    classes = Classes(mask)
    if Classes.ADMIN in classes:
        return "admin, external" if Classes.EXTERNAL in classes else "admin"
    return ", ".join(word for bit, word in _WORDS if bit in classes) or "nothing"


@lru_cache(maxsize=64)
def strongest(mask: int) -> str:
    """The one word for the worst that `mask` allows."""
    classes = Classes(mask)
    return next((word for bit, word in _WORDS if bit in classes), "nothing")


def parse(word: str) -> Classes:
    """The class that `word` names; KeyError where there is none."""
    return {name: bit for bit, name in _WORDS}[word]
