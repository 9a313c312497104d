"""What an expression of CEL is asked with and may answer: known values, and those that are open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

Attributes = Mapping[str, Any]
"""What is known, by dotted name; what is not there is not known."""
Ask = Callable[[Attributes], Any]


class _Unknown:
    """A value that nobody here knows."""


UNKNOWN = _Unknown()


class Wild(Struct, frozen=True):
    """A text that is known but for its `*`. What some text of that form fulfils counts as fulfilled."""

    pattern: str
    any: bool = True
    """False where it is one text that nobody here knows: what not every text fulfils stays open."""


class Later(Struct, frozen=True):
    """The moment of the request: `at`, or any later one where `open` is true."""

    at: datetime
    open: bool = False
    looked_at: datetime | None = None
    """The hour and day that are asked about, where one of them is tried."""


class Tag(Struct, frozen=True):
    """A tag: its key as policies name it, its value, and the ids of both; empty where they are not told."""

    key: str
    value: str
    key_id: str
    value_id: str


class Tags(Struct, frozen=True):
    """Every tag of a resource, its own and those that it inherits."""

    every: tuple[Tag, ...]

    def answer(self, asked: str, words: tuple[Any, ...]) -> Any:
        """What one of the tests of a resource for its tags says."""
        told: dict[str, list[tuple[Any, ...]]] = {
            "matchTag": [(tag.key, tag.value) for tag in self.every],
            "hasTagKey": [(tag.key,) for tag in self.every],
            "matchTagId": [(tag.key_id, tag.value_id) for tag in self.every],
            "hasTagKeyId": [(tag.key_id,) for tag in self.every],
        }
        if words in told[asked]:
            return True
        # A tag of which only the value's id is told may be the one that is meant.
        nameless = any(not all((tag.value, tag.key_id)) for tag in self.every)
        return UNKNOWN if nameless or not all(isinstance(word, str) for word in words) else False


class BrokenExpression(Exception):
    """The expression is not in the part of CEL that is read."""
