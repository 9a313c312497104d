"""Columns of the steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from posture.tui import say
from posture.tui.widgets.rows import Cell, Column, Row, Shape


def _place(row: Row) -> Cell:
    return (f"{row['n']}", "strong") if row["lane"] == "order" else (f"c{row['n']}", "muted")


def _title(row: Row) -> Cell:
    return row["title"], "" if row["lane"] == "order" else "muted"


def _gain(row: Row) -> Cell:
    return (f"−{say.amount(row['gain'])}", "") if row["gain"] > 0 else ("–", "muted")


def _left(row: Row) -> Cell:
    return (say.amount(row["risk_after"]), "") if row["lane"] == "order" else ("", "")


def _owner(row: Row) -> Cell:
    return (row["owner"], "") if row["owner"] else (f"{say.UNKNOWN} not known", "unknown")


def shape(now: Callable[[], datetime | None]) -> Shape:
    """The steps in order; what is due is counted from `now`."""

    def due(row: Row) -> Cell:
        return say.due(row["due"], now()), "alarm" if row["urgent"] else "" if row["due"] else "muted"

    return Shape(
        columns=(
            Column("#", _place, 3, right=True, sort=("lane", "n")),
            Column("Due", due, 9, right=True, sort=("due",)),
            Column("Step", _title, 20, grow=1, sort=("title",)),
            Column("Owner", _owner, 16, wide=96, sort=("owner",)),
            Column("Wave", lambda row: (str(row["wave"]), "muted"), 4, right=True, wide=84, sort=("wave",)),
            Column("Work", lambda row: (say.effort(row["effort"]), ""), 6, right=True, sort=("effort",)),
            Column("Removes", _gain, 7, right=True, wide=72, sort=("gain",), descending=True),
            Column("Left", _left, 6, right=True, sort=("risk_after",)),
        ),
        key="id",
        search=("title", "action", "subject", "name", "owner", "label", "why"),
        empty=("There is nothing to do that we know of.", "If nothing was read, 7 Sources says why."),
    )
