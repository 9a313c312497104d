"""Which rule of a CODEOWNERS file holds for a file: the last that matches."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import polars as pl
from msgspec import Struct


class Rule(Struct, frozen=True):
    """One line: pattern and owners."""

    n: int
    pattern: str
    owners: str
    file: str


class CodeOwners:
    """The rules of every repository that was read, asked by the label of a file."""

    def __init__(self, rows: pl.DataFrame) -> None:
        self._rules: dict[str, list[Rule]] = {}
        # Of several CODEOWNERS in one repository the hosts take the first of these places alone.
        chosen: dict[str, str] = {}
        for base, file in sorted(set(rows.select("base", "file").iter_rows()), key=_place):
            chosen.setdefault(base, file)
        for row in rows.sort("base", "n").iter_rows(named=True):
            if chosen[row["base"]] == row["file"]:
                rule = Rule(row["n"], row["pattern"], row["owners"], row["file"])
                self._rules.setdefault(row["base"], []).append(rule)

    def of(self, label: str) -> Rule | None:
        """The rule that holds for the file `label`; null where none does, or it names nobody."""
        for base in _above(label):
            if base in self._rules:
                inside = label[len(base) :].lstrip("/")
                holding = _last(self._rules[base], inside)
                return holding if holding is not None and holding.owners else None
        return None


def _place(said: tuple[str, str]) -> tuple[str, int, str]:
    base, file = said
    order = ("/.github/", "/.gitlab/", "/docs/")
    at = next((rank for rank, place in enumerate(order) if place in file[len(base) :]), len(order))
    # GitHub looks in .github, then at the top, then in docs.
    return base, {0: 0, len(order): 1, 1: 2, 2: 3}[at], file


def _above(label: str) -> Iterable[str]:
    """Folders that `label` lies in, the nearest first."""
    while "/" in label:
        label = label.rpartition("/")[0]
        yield label
    yield ""


def _last(rules: list[Rule], inside: str) -> Rule | None:
    return next((rule for rule in reversed(rules) if matches(rule.pattern, inside)), None)


def matches(pattern: str, file: str) -> bool:
    """Whether `pattern` covers `file`, both relative to the repository."""
    return _compiled(pattern).match(file) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    anchored = "/" in pattern.rstrip("/")
    body = pattern.strip("/")
    parts = [_part(part) for part in body.split("/")]
    expression = "/".join(parts).replace("(?:.*)/", "(?:.*/)?")
    start = "" if anchored else "(?:.*/)?"
    last = body.rpartition("/")[2]
    # A folder covers what lies in it; only `folder/*` stops at its own files.
    end = "/.*" if pattern.endswith("/") else "" if last == "*" and anchored else "(?:/.*)?"
    return re.compile(f"{start}{expression}{end}\\Z", re.S)


def _part(part: str) -> str:
    if part == "**":
        return "(?:.*)"
    return "".join("[^/]*" if char == "*" else "[^/]" if char == "?" else re.escape(char) for char in part)
