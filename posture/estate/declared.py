"""Declared facts: rows that people write, for one key or for every key that a pattern matches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from msgspec import Struct
from pydantic import ValidationError

from posture.model.columns import columns
from posture.model.tables import TABLES

DECLARED = "declared"
"""What `source` says of a row that somebody wrote down."""

DECIDED = "decisions.jsonl"
"""What `file` says of a fact that somebody decided in a workspace; it holds before what files declare."""


class Declared(Struct, frozen=True):
    """Rows per table, and what could not be applied."""

    rows: Mapping[str, list[dict[str, Any]]]
    problems: tuple[tuple[str, str, str], ...]
    """(file, place, sentence)"""
    waiting: tuple[Mapping[str, Any], ...]
    """Declarations by pattern: a later table may hold further keys that they match."""
    matched: frozenset[tuple[str, str]]
    """(file, place) of the patterns that matched something."""


def apply(declarations: Iterable[Mapping[str, Any]], keys: Mapping[str, pl.Series]) -> Declared:
    """Declarations as rows of their tables; `keys` holds the keys that the sources gave, by table.

    A pattern is matched against those keys: `*` stands for anything, case counts. A decision is about a thing
    that was there when it was made: it never brings back one that is gone.
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    problems: list[tuple[str, str, str]] = []
    waiting: list[Mapping[str, Any]] = []
    matched: set[tuple[str, str]] = set()
    for said in declarations:
        table, match = said["table"], said["match"]
        row, complaint = _row(table, said["columns"])
        if complaint:
            problems.append((said["file"], said["at"], complaint))
            continue
        origin = {"source": DECLARED, "file": said["file"], "at": said["at"]}
        decided = said["file"] == DECIDED
        if not match and not decided:
            named = {"key": said["key"]} if said["key"] else {}
            rows.setdefault(table, []).append({**row, **named, **origin})
            continue
        waiting.append(said)
        matching = _there(said["key"], keys.get(table)) if decided else _matching(match, keys.get(table))
        if matching:
            matched.add((said["file"], said["at"]))
        rows.setdefault(table, []).extend({**row, "key": key, **origin} for key in matching)
    return Declared(rows, tuple(problems), tuple(waiting), frozenset(matched))


def unmatched(first: Declared, later: Declared) -> tuple[tuple[str, str, str], ...]:
    """A sentence for every pattern that matched nothing, neither at first nor later."""
    return tuple(
        (said["file"], said["at"], _nowhere(said))
        for said in first.waiting
        if (said["file"], said["at"]) not in first.matched | later.matched
    )


def _nowhere(said: Mapping[str, Any]) -> str:
    if said["file"] == DECIDED:
        return f"{said['key']}: somebody decided on it, and it is not in what was read"
    return f"{said['table']}: no key matches {said['match']}; check the pattern"


def _there(key: str, known: pl.Series | None) -> list[str]:
    return [key] if known is not None and key in known else []


def _matching(pattern: str, known: pl.Series | None) -> list[str]:
    if known is None or known.is_empty():
        return []
    expression = "^" + ".*".join(re.escape(part) for part in pattern.split("*")) + "$"
    return sorted(known.filter(known.str.contains(expression)).unique().to_list())


def _row(table: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The checked row, or one sentence on what is wrong with it."""
    kind = TABLES[table]
    names = {column.name: column for column in columns(kind)}
    for name in given:
        if name not in names:
            return {}, f"{table} has no column {name}; `posture schema` lists them"
    plain_columns = {name: value for name, value in given.items() if not names[name].beside}
    lacking = [name for name, column in names.items() if column.required and name not in plain_columns]
    if lacking and "key" not in names:
        # A row without a key is whole as it stands; one with a key may get the rest elsewhere.
        return {}, f"an entry of {table} needs {', '.join(lacking)}; `posture schema` lists the columns"
    try:
        kind.model_validate({**dict.fromkeys(lacking, ""), **plain_columns})
    except ValidationError as error:
        wrong = [
            item for item in error.errors(include_input=False, include_url=False)
            if str(item["loc"][0]) in plain_columns
        ]  # fmt: skip
        if wrong:
            name = str(wrong[0]["loc"][0])
            return {}, f"{table}.{name}: {wrong[0]['msg'].lower()}; `posture schema` says what it takes"
    row = dict(given)
    for name, column in names.items():
        if column.of == "people" and (row.get(name) is not None or row.get(f"has_{name}") is not None):
            row[f"{name}_basis"] = "declared"
    return row, ""
