"""JSON that is the same on every machine: sorted keys, rounded once, no absent values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

PLACES = 6
"""Figures are rounded to this many places, half to even, at output and nowhere before."""


def plain_value(value: Any) -> Any:
    """`value` in the types of JSON: times as `2026-07-01T09:00:00Z`, figures rounded."""
    if isinstance(value, datetime):
        stamp = value.astimezone(UTC)
        return (
            stamp.strftime("%Y-%m-%dT%H:%M:%S")
            + (f".{stamp.microsecond:06d}" if stamp.microsecond else "")
            + "Z"
        )
    if isinstance(value, float):
        rounded = round(value, PLACES)
        return int(rounded) if rounded == int(rounded) else rounded
    if isinstance(value, Mapping):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    return value


def records(rows: pl.DataFrame, *, without: Iterable[str] = ()) -> list[dict[str, Any]]:
    """The rows as objects without their nulls, in the frame's order."""
    left_out = set(without)
    return [
        {
            name: plain_value(value)
            for name, value in row.items()
            if value is not None and name not in left_out
        }
        for row in rows.iter_rows(named=True)
    ]


def text(document: Mapping[str, Any]) -> bytes:
    """UTF-8, keys sorted, one space of indentation, one newline at the end."""
    made = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return made.encode() + b"\n"


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 over the document without whitespace."""
    made = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(made.encode()).hexdigest()
