"""Columns of each list of the inventory, and which facts they need."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from posture.model import classes
from posture.model.keys import short
from posture.tui import say
from posture.tui.widgets.rows import Cell, Column, Row, Shape


def fact(name: str, row: Row) -> Cell:
    """A stated fact in its three states: a value, inferred or not; none; not known."""
    value = row[name]
    if value is None:
        return ("none", "strong") if row.get(f"has_{name}") is False else (say.UNKNOWN, "unknown")
    basis = row.get(f"{name}_basis")
    return (str(value), "") if basis in (None, "declared", "tag") else (f"~{value}", "inferred")


def _name(row: Row) -> Cell:
    return row["name"] or short(row["key"]), "strong"


def _plain(name: str, row: Row) -> Cell:
    return str(row[name] or "–"), "muted"


def _gaps(row: Row) -> Cell:
    return (f"{row['gaps']:,}", "") if row["gaps"] else ("–", "muted")


def _effects(row: Row) -> Cell:
    if row["effects"] is None:
        return say.UNKNOWN, "unknown"
    word = classes.strongest(row["effects"])
    return (f"~{word}", "inferred") if row["claimed"] else (word, "")


def _criticality(row: Row) -> Cell:
    level = row["criticality"]
    if level is None:
        return say.UNKNOWN, "unknown"
    declared = row["criticality_basis"] in ("declared", "tag")
    return ("" if declared else "~") + "●" * level, "" if declared else "inferred"


def _column(title: str, name: str, width: int, wide: int = 0, stated: bool = True) -> Column:
    cell: Callable[[Row], Cell] = partial(fact if stated else _plain, name)
    return Column(title, cell, width, wide=wide, sort=(name,))


def _age(name: str, now: Callable[[], datetime | None], row: Row) -> Cell:
    if row[name] is None:
        return ("never", "strong") if row.get(f"has_{name}") is False else (say.UNKNOWN, "unknown")
    return say.age(row[name], now()), ""


def shapes(now: Callable[[], datetime | None]) -> dict[str, Shape]:
    """The shape of the list of each noun; ages are counted back from `now`."""

    def aged(title: str, name: str, wide: int = 0) -> Column:
        return Column(title, partial(_age, name, now), 9, right=True, wide=wide, sort=(name,))

    name = Column("Name", _name, 14, grow=2, sort=("name", "key"))
    scope = Column(
        "Scope",
        lambda row: (short(row["scope"]) if row["scope"] else "–", "muted"),
        20,
        wide=100,
        sort=("scope",),
    )
    gaps = Column("Gaps", _gaps, 5, right=True, sort=("gaps",), descending=True)
    owner = _column("Owner", "owner", 18)
    environment = _column("Environment", "environment", 12, wide=90)
    search = ("name", "key", "scope")
    return {
        "agents": Shape(
            (
                name,
                _column("Platform", "platform", 14, stated=False),
                owner,
                environment,
                _column("Autonomy", "autonomy", 11, wide=104),
                gaps,
            ),
            "key",
            (*search, "owner", "platform", "environment"),
            ("No agent was found.", "posture sources names the files that describe agents."),
        ),
        "identities": Shape(
            (
                name,
                _column("Class", "class", 10),
                _column("Kind", "kind", 16, 84, False),
                owner,
                aged("Last used", "last_used", 76),
                scope,
                gaps,
            ),
            "key",
            (*search, "owner", "class", "kind", "provider"),
            ("No identity was read.", "7 Sources says which exports would bring them."),
        ),
        "credentials": Shape(
            (
                name,
                _column("Kind", "kind", 16, stated=False),
                _column("Exposure", "exposure", 9),
                aged("Issued", "created"),
                aged("Last used", "last_used", 84),
                scope,
                gaps,
            ),
            "key",
            (*search, "kind", "exposure"),
            ("No credential was read.", "7 Sources says which exports would bring them."),
        ),
        "tools": Shape(
            (
                name,
                _column("Kind", "kind", 13, stated=False),
                Column("May", _effects, 12, sort=("effects",)),
                _column("Transport", "transport", 10, wide=76),
                _column("Pinned", "pin", 9, wide=90),
                gaps,
            ),
            "key",
            (*search, "kind", "transport", "package", "host"),
            ("No tool was found.", "Agents without tools reach what their own identity reaches."),
        ),
        "systems": Shape(
            (
                name,
                _column("Kind", "kind", 16, stated=False),
                Column("Critical", _criticality, 8, sort=("criticality",), descending=True),
                environment,
                owner,
                scope,
                gaps,
            ),
            "key",
            (*search, "kind", "owner", "environment"),
            ("No system was read.", "7 Sources says which exports would bring them."),
        ),
    }


def _facts(*names: str, stated: bool = True) -> tuple[str, ...]:
    return tuple(
        n
        for name in names
        for n in ((name, f"has_{name}", f"{name}_basis") if stated else (name, f"has_{name}"))
    )


WANTED = {
    "agents": ("key", "name", "scope", "platform", "kind", *_facts("owner", "environment", "autonomy")),
    "identities": (
        "key",
        "name",
        "scope",
        "provider",
        "kind",
        *_facts("class", "owner"),
        *_facts("last_used", stated=False),
    ),
    "credentials": (
        "key",
        "name",
        "scope",
        "kind",
        *_facts("exposure", "created", "last_used", stated=False),
    ),
    "tools": (
        "key",
        "name",
        "scope",
        "kind",
        "claimed",
        *_facts("effects", "transport", "pin", "package", "host", stated=False),
    ),
    "systems": ("key", "name", "scope", "kind", *_facts("criticality", "environment", "owner")),
}
"""Columns that the list of each noun asks of its table."""
