"""A small estate from a few tuples, for tests that need links and little else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from posture.estate.estate import Estate
from posture.model.frames import frame
from posture.model.tables import TABLES
from posture.settings import Settings

PREFIXES = {
    "a": "agents",
    "t": "tools",
    "c": "credentials",
    "i": "identities",
    "g": "groups",
    "s": "systems",
    "x": "scopes",
}


def table_of(name: str) -> str:
    """Which table a name stands in."""
    first, _, rest = name.partition(":")
    return "systems" if rest.endswith((":control-plane", ":*")) else PREFIXES.get(first, "systems")


_NEEDS: Mapping[str, Mapping[str, Any]] = {"scopes": {"kind": "account"}}


def estate(
    *links: tuple[str, str, str] | tuple[str, str, str, int] | tuple[str, str, str, int | None, bool],
    facts: Mapping[str, Mapping[str, Any]] | None = None,
    settings: Settings | None = None,
    **tables: Iterable[Mapping[str, Any]],
) -> Estate:
    """An estate from links `(from, kind, to[, classes[, certain]])`.

    The letter before the first `:` of a name is its table: `a:bot`, `t:mail`, `c:key`, `i:role`, `g:team`,
    `s:bucket`, `x:account`; a name without one of these letters, or that ends in `:control-plane` or `:*`, is
    a system. `facts` adds columns by name,
    `tables` whole rows. A system has criticality 2 unless its facts say otherwise.
    """
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    given = facts or {}
    for name in [*(end for link in links for end in (link[0], link[2])), *given]:
        table = table_of(name)
        rows.setdefault(table, {}).setdefault(name, {"key": name, **_NEEDS.get(table, {})})
    for name, columns in given.items():
        rows[table_of(name)][name] |= columns
    link_rows = [
        {
            "from": link[0],
            "kind": link[1],
            "to": link[2],
            "classes": link[3] if len(link) > 3 else None,
            "certain": link[4] if len(link) > 4 else True,
            "because": f"{link[0]} {link[1]} {link[2]}",
            "source": "test",
        }
        for link in links
    ]
    frames = {
        name: frame(name, [*rows.get(name, {}).values(), *tables.get(name, ())])
        for name in TABLES
        if rows.get(name) or tables.get(name)
    }
    frames["links"] = frame("links", [*link_rows, *tables.get("links", ())])
    return Estate(frames, datetime(2026, 7, 1, 9, tzinfo=UTC), settings or Settings())
