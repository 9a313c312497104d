"""Columns of the gaps, and of what no check could decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from posture.model.keys import short
from posture.tui import say
from posture.tui.widgets.rows import Cell, Column, Row, Shape


def severity(row: Row) -> Cell:
    """Mark and word; red only for what cannot wait."""
    word = row["severity"]
    look = (
        "alarm"
        if row.get("urgent")
        else {"critical": "strong", "high": "strong", "low": "muted"}.get(word, "")
    )
    return f"{say.SEVERITY_MARKS[word]} {word}{'+?' if row.get('may_be_higher') else ''}", look


def subject(row: Row) -> Cell:
    """The one that is wrong, or the cause and how many there are."""
    if row["subjects"] == 1:
        return row["name"] or short(row["subject"]), ""
    return f"{short(row['cause'])} ×{row['subjects']}", ""


def owner(row: Row) -> Cell:
    """Who answers for it; unknown where nobody is named."""
    if row["owner"] is None:
        return f"{say.UNKNOWN} not known", "unknown"
    return row["owner"] + (" +…" if row["owners"] else ""), ""


def state(row: Row) -> Cell:
    """open, accepted, error, ..."""
    if row["error"]:
        return "check failed", "caution"
    return ("accepted", "muted") if row["accepted"] else (row["state"], "muted")


def _due(now: Callable[[], datetime | None]) -> Column:
    def cell(row: Row) -> Cell:
        if row["accepted"]:
            return row["state"].replace("false-positive", "not real"), "muted"
        said = say.due(row["due"], now())
        return said, "alarm" if row["urgent"] else "" if row["due"] else "muted"

    return Column("Due", cell, 9, right=True, sort=("due",))


def shape(now: Callable[[], datetime | None]) -> Shape:
    """The list of gaps; what is due is counted from `now`."""
    return Shape(
        columns=(
            Column("Severity", severity, 13, sort=("rank",), descending=True),
            Column("What is missing", lambda row: (row["title"], ""), 20, grow=3, sort=("title",)),
            Column("Who or what", subject, 14, grow=2, sort=("subject",)),
            Column("Scope", lambda row: (short(row["scope"] or "–"), "muted"), 16, wide=122, sort=("scope",)),
            Column("Owner", owner, 16, wide=88, sort=("owner",)),
            Column("State", state, 9, wide=104, sort=("state",)),
            _due(now),
        ),
        key="id",
        search=("title", "check", "severity", "name", "subject", "cause", "scope", "owner", "label", "state"),
        empty=(
            "No gap was found in what was read.",
            "That is not the same as none: u shows what no check could decide,",
            "and 7 Sources what was not read at all.",
        ),
    )


UNKNOWNS = Shape(
    columns=(
        Column(
            "Weight",
            lambda row: (f"{say.HATCH} {row['severity']}", "unknown"),
            12,
            sort=("rank",),
            descending=True,
        ),
        Column("What could not be decided", lambda row: (row["title"], ""), 20, grow=3, sort=("title",)),
        Column("Because", lambda row: (row["says"], ""), 14, grow=3),
        Column("Scope", lambda row: (short(row["scope"] or "–"), "muted"), 16, wide=88, sort=("scope",)),
        Column(
            "Subjects",
            lambda row: (f"{row['subjects']:,}", ""),
            8,
            right=True,
            sort=("subjects",),
            descending=True,
        ),
    ),
    key="id",
    search=("title", "check", "severity", "scope", "says", "reason", "example"),
    empty=("Every check could decide on every subject that was read.", "u goes back to the gaps."),
)
