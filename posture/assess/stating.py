"""What people may state of a thing, and how a record keeps what they typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from posture.assess.wording import worded
from posture.estate.declared import apply
from posture.model.columns import columns
from posture.model.errors import UsageError
from posture.model.tables import TABLES

_NONE = "none"
"""How somebody says that there is none: no owner, no end."""


def stated(table: str) -> frozenset[str]:
    """Facts of the table that people may state."""
    return frozenset(column.name for column in columns(TABLES[table]) if column.of == "people")


def as_kept(table: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Checked facts as a record keeps them. UsageError says what a column takes."""
    types = {column.name: column.type for column in columns(TABLES[table])}
    facts: dict[str, Any] = {}
    for name, value in given.items():
        if value == _NONE:
            facts[f"has_{name}"] = False
        else:
            facts[name] = worded(value, name) if isinstance(value, str) else value
            if types[name] in ("int", "bool", "float") and isinstance(value, str):
                facts[name] = _read(value)
    said = {"table": table, "key": "-", "match": "", "columns": facts, "file": "", "at": ""}
    for _file, _at, complaint in apply([said], {}).problems:
        raise UsageError(complaint)
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()
    }


def _read(text: str) -> Any:
    """A number or a truth value as somebody types it; anything else stays text, for the column to refuse."""
    if text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
