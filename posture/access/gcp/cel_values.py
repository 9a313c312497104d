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


class BrokenExpression(Exception):
    """The expression is not in the part of CEL that is read."""
