"""JSON that is the same on every machine: sorted keys, rounded once, no absent values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

PLACES = 6
"""Figures are rounded to this many places, half to even, at output and nowhere before."""

_PLAIN = frozenset({pl.String(), pl.Int64(), pl.Boolean()})
"""Types of columns that JSON has as they are."""
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def plain_value(value: Any) -> Any:
    """`value` in the types of JSON: times as `2026-07-01T09:00:00Z`, figures rounded."""
    if type(value) in _AS_THEY_ARE:
        return value
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


def said(row: Mapping[str, Any], *always: str) -> dict[str, Any]:
    """`row` without what says nothing: empty texts and lists, false and zero, unless in `always`."""
    return {name: value for name, value in row.items() if value or name in always}


def records(rows: pl.DataFrame, *, without: Iterable[str] = ()) -> list[dict[str, Any]]:
    """The rows as objects without their nulls, in the frame's order."""
    left_out = set(without)
    names = [name for name in rows.columns if name not in left_out]
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in zip(*(_values(rows[name]) for name in names), strict=True)
    ]


def _values(column: pl.Series) -> list[Any]:
    """Its values in the types of JSON; most columns hold nothing else."""
    values = column.to_list()
    return values if column.dtype in _PLAIN else [plain_value(value) for value in values]


def text(document: Mapping[str, Any]) -> bytes:
    """UTF-8, keys sorted, one line for each record of a list, one newline at the end."""
    return "".join(_laid(document, 0)).encode() + b"\n"


def _laid(value: Any, depth: int) -> Iterator[str]:
    """Objects are indented; a record of a list is one line, which saves bytes and still compares well."""
    indent = "\n" + " " * (depth + 1)
    if isinstance(value, Mapping) and value:
        for n, name in enumerate(sorted(value)):
            yield f"{',' if n else '{'}{indent}{_line(name)}: "
            yield from _laid(value[name], depth + 1)
        yield indent[:-1] + "}"
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for n, item in enumerate(value):
            yield f"{',' if n else '['}{indent}"
            # A list with one entry, such as the runs of a log, is a wrapping and laid out itself.
            yield from (_laid(item, depth + 1) if len(value) == 1 else (_line(item),))
        yield indent[:-1] + "]"
    else:
        yield _line(value)


_line = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
"""One value on one line."""


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 over the document without whitespace."""
    return hashlib.sha256(_line(document).encode()).hexdigest()
