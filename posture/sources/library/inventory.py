"""inventory.toml: what people declare, in the same tables and columns as everything else."""

from __future__ import annotations

import re
from typing import Any

import tomli

from posture.model.errors import Unreadable
from posture.model.tables import TABLES
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="inventory",
    title="Declared facts",
    feeds=tuple(TABLES),
    by_hand="write inventory.toml beside the exports; `posture schema` lists tables and columns",
    blind="what only people know: owners, purposes, criticality, limits, approvals, overrides",
    ends=("inventory.toml",),
    rank=10,
)

_LINE = re.compile(r"at line (\d+), column \d+")
_HEADER = re.compile(r"^\s*\[\[\s*([A-Za-z_]+)\s*\]\]")


def claims(page: Page) -> bool:
    """A file named inventory.toml, or ending in .inventory.toml."""
    name = page.parts[-1]
    return name == "inventory.toml" or name.endswith(".inventory.toml")


def read(page: Page, into: Rows) -> None:
    """One declaration per entry; an entry that names no table is set aside with its line."""
    try:
        document = tomli.loads(page.text)
    except tomli.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        raise Unreadable(_LINE.sub("", str(error)).rstrip(" ()"), int(line[1]) if line else None) from None
    lines = _lines(page.text)
    for table, entries in document.items():
        if table not in TABLES or not isinstance(entries, list):
            place = lines.get(table, [1])[0]
            into.problem(
                "declarations", "declarations", f"line {place}", f"there is no table {table}",
                "`posture schema` lists the tables; an entry starts with [[table]]",
            )  # fmt: skip
            continue
        for number, entry in enumerate(entries):
            known = lines.get(table, [])
            at = f"line {known[number]}" if number < len(known) else f"/{table}/{number}"
            _declare(table, at, entry, into)


def _declare(table: str, at: str, entry: dict[str, Any], into: Rows) -> None:
    keyed = "key" in TABLES[table].model_fields
    key, match = str(entry.pop("key", "")), str(entry.pop("match", ""))
    if keyed and bool(key) == bool(match):
        into.problem(
            "declarations", "declarations", at, f"an entry of {table} needs either key or match",
            'name one row with key = "..." or several with match = "...*"',
        )  # fmt: skip
        return
    into.declare(table, at, entry, key, match)


def _lines(text: str) -> dict[str, list[int]]:
    """Line of each `[[table]]`, by table, in order."""
    found: dict[str, list[int]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            found.setdefault(header[1], []).append(number)
        elif single := re.match(r"^\s*\[?\s*([A-Za-z_]+)", line):
            found.setdefault(single[1], []).append(number)
    return found
