"""What people state in tags and labels: owner, environment, criticality, sensitivity, purpose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from posture.model.reachable import Sensitivity
from posture.model.text import plain
from posture.settings import Names

_CRITICALITY = {"critical": 5, "highest": 5, "high": 4, "medium": 3, "moderate": 3, "low": 2, "lowest": 1}


class Tags:
    """Reads tags by the names that the settings give; made once per page."""

    def __init__(self, names: Names) -> None:
        self._columns: dict[str, tuple[int, str]] = {}
        # Several tags may state one fact; the name that the settings list first wins.
        for column, words in (
            ("purpose", names.purpose_tags),
            ("sensitivity", names.sensitivity_tags),
            ("criticality", names.criticality_tags),
            ("environment", names.environment_tags),
            ("owner", names.owner_tags),
        ):
            for rank, word in enumerate(words):
                self._columns[word.casefold()] = (rank, column)
        self._environments = {
            word.casefold(): environment
            for environment, words in (
                ("production", names.production),
                ("staging", names.staging),
                ("development", names.development),
                ("test", names.test),
                ("sandbox", names.sandbox),
            )
            for word in (*words, environment)
        }

    def stated(self, pairs: Iterable[tuple[str, str]], columns: Iterable[str]) -> dict[str, Any]:
        """Those of `columns` that `pairs` state, each with its basis; a value that fits none is left out."""
        wanted = frozenset(columns)
        best: dict[str, tuple[int, Any]] = {}
        for name, text in pairs:
            rank, column = self._columns.get(name.casefold(), (0, ""))
            if column not in wanted:
                continue
            value = self._value(column, text)
            if value is not None and (column not in best or rank < best[column][0]):
                best[column] = (rank, value)
        found: dict[str, Any] = {}
        for column, (_rank, value) in best.items():
            found[column] = value
            found[f"{column}_basis"] = "tag"
        return found

    def _value(self, column: str, text: str) -> str | int | None:
        word = text.strip()
        if not word:
            return None
        if column == "environment":
            return self._environments.get(word.casefold())
        if column == "sensitivity":
            return word.casefold() if word.casefold() in get_args(Sensitivity) else None
        if column == "criticality":
            if word in ("1", "2", "3", "4", "5"):
                return int(word)
            return _CRITICALITY.get(word.casefold())
        return plain(word)


IDENTITY = ("owner", "environment", "purpose")
"""Columns of identities that tags may state."""

SYSTEM = ("owner", "environment", "criticality", "sensitivity")
"""Columns of systems that tags may state."""

SCOPE = ("environment",)


def pairs(tags: object) -> list[tuple[str, str]]:
    """Tags as a provider prints them: a list of key and value in either case, or an object."""
    if isinstance(tags, Mapping):
        return [(str(name), value) for name, value in tags.items() if isinstance(value, str)]
    found: list[tuple[str, str]] = []
    for tag in tags if isinstance(tags, list) else ():
        if isinstance(tag, Mapping):
            name, value = tag.get("Key", tag.get("key")), tag.get("Value", tag.get("value"))
            if isinstance(name, str) and isinstance(value, str):
                found.append((name, value))
    return found
