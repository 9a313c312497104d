"""The kinds of system that can be reached, read from kinds.toml."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import tomli
from msgspec import Struct

OTHER = "other"


class Kind(Struct, frozen=True):
    """One kind of system. `criticality`, 1 to 5, holds until somebody declares another."""

    id: str
    criticality: int
    title: str


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """Every kind by its id, in the order of the file."""
    return {row["id"]: Kind(row["id"], row["criticality"], row["title"]) for row in _rows()}


@lru_cache(maxsize=16)
def kind_by_service(provider: str) -> dict[str, str]:
    """The kind of each `service` and `service:type` of `provider`."""
    return {name: row["id"] for row in _rows() for name in row.get(provider, ())}


def kind_of(provider: str, service: str, type_: str = "") -> str:
    """The kind of a resource type, else of its service, else `other`."""
    known = kind_by_service(provider)
    return known.get(f"{service}:{type_}") or known.get(service, OTHER)


@lru_cache(maxsize=1)
def _rows() -> list[dict[str, Any]]:
    text = (files("posture.access") / "kinds.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomli.loads(text)["kind"]
    return rows
