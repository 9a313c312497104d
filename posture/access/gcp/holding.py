"""A role that somebody holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class Holding(Struct, frozen=True):
    """A role on a node, as its binding gives it."""

    number: int
    node: str
    role: str
    mask: int
    answer: int
    """YES, or MAYBE where a condition decides that nobody here can answer."""
    because: str
    depends_on: str = ""
    expression: str = ""
    title: str = ""
    told: Mapping[str, Any] = {}
    """What the condition was told of the node, besides the expression's own words."""
