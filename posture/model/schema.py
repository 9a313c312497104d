"""The JSON schema of a table, its derived columns included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.model.columns import Column, columns
from posture.model.meanings import meanings
from posture.model.results import RESULTS
from posture.model.tables import TABLES

_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "time": "string"}


def of_table(name: str) -> dict[str, Any]:
    """Schema of one row of the table `name`."""
    table = TABLES[name] if name in TABLES else RESULTS[name]
    declared = columns(table)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "description": " ".join((table.__doc__ or "").split()),
        "type": "object",
        "properties": {column.name: _property(column, meanings(table)) for column in declared},
        "required": [column.name for column in declared if column.required],
        "additionalProperties": False,
    }


def _property(column: Column, told: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {"type": _TYPES[column.type]}
    if meaning := _meaning(column, told):
        made["description"] = meaning
    if column.type == "time":
        made["format"] = "date-time"
    if column.allowed:
        made["enum"] = list(column.allowed)
    return made


def _meaning(column: Column, told: Mapping[str, str]) -> str:
    if column.name == f"has_{column.beside}":
        return f"Whether `{column.beside}` is there: null not known, false none."
    if column.beside:
        return f"Where `{column.beside}` comes from."
    return told.get(column.field, "")
