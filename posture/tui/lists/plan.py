"""Columns of the steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from posture.tui import say
from posture.tui.widgets.rows import Cell, Column, Row, Shape

OUT = "○"
"""Beside the number of a step that was left out."""


def _place(row: Row) -> Cell:
    number = f"{row['n']}" if row["lane"] == "order" else f"c{row['n']}"
    if row["out"]:
        return f"{OUT}{number}", "caution"
    return number, "strong" if row["lane"] == "order" else "muted"


def _title(row: Row) -> Cell:
    return row["title"], "muted" if row["out"] or row["lane"] != "order" else ""


def _gain(row: Row) -> Cell:
    if row["out"]:
        return "left out", "caution"
    return (f"−{say.amount(row['gain'])}", "") if row["gain"] > 0 else ("–", "muted")


def _left(row: Row) -> Cell:
    if row["out"] or row["lane"] != "order":
        return "", ""
    if row["left"] is None:
        return "…", "muted"
    changed = "caution" if row["left"] > row["risk_after"] else ""
    return f"{'≤' if row['at_most'] else ''}{say.amount(row['left'])}", changed


def _owner(row: Row) -> Cell:
    return (row["owner"], "") if row["owner"] else (f"{say.UNKNOWN} not known", "unknown")


def shape(now: Callable[[], datetime | None]) -> Shape:
    """The steps in order; what is due is counted from `now`."""

    def due(row: Row) -> Cell:
        late = "!" if row.get("at_risk") and not row["out"] else ""
        look = (
            "muted"
            if row["out"] or not row["due"]
            else "alarm"
            if row["urgent"]
            else "caution"
            if late
            else ""
        )
        return f"{say.due(row['due'], now())}{late}", look

    return Shape(
        columns=(
            Column("#", _place, 5, right=True, sort=("lane", "n")),
            Column("Due", due, 9, right=True, sort=("due",)),
            Column("Step", _title, 20, grow=1, sort=("title",)),
            Column("Owner", _owner, 16, wide=96, sort=("owner",)),
            Column("Wave", lambda row: (str(row["wave"]), "muted"), 4, right=True, wide=100, sort=("wave",)),
            Column("Work", lambda row: (say.effort(row["effort"]), ""), 6, right=True, sort=("effort",)),
            Column("Removes", _gain, 8, right=True, wide=84, sort=("gain",), descending=True),
            Column("Left", _left, 7, right=True, sort=("risk_after",)),
        ),
        key="id",
        search=("title", "action", "subject", "name", "owner", "label", "why"),
        empty=("There is nothing to do that we know of.", "If nothing was read, 7 Sources says why."),
    )
