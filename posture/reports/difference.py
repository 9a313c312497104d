"""What a what-if changes, in a few lines: risk, score, findings, dates and steps, before and after."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from posture.model import figures
from posture.model.assessment import Assessment
from posture.model.text import plain
from posture.reports.pages.words import figure, when

_MOST = 10
"""Steps and findings named on each side; the rest is counted."""


def difference(before: Assessment, after: Assessment) -> bytes:
    """One line per figure, then what is new and what is gone."""
    return ("\n".join(_lines(before, after)) + "\n\n").encode()


def _lines(before: Assessment, after: Assessment) -> Iterator[str]:
    yield "What if"
    old, new = before.overview, after.overview
    for word, was, now in (
        ("path risk now", old.risk.total, new.risk.total),
        ("path risk after the plan", old.risk.after_plan, new.risk.after_plan),
        ("path risk after wave 0", old.risk.after_wave0, new.risk.after_wave0),
    ):
        yield f"  {word}: {figure(was)}, then {figure(now)}"
    yield f"  {figures.SCORE}: {figures.score(old.score)}, then {figures.score(new.score)}"
    for table, key, said in (("findings", ["id"], "findings"), ("paths", ["id"], "paths")):
        gone, come = _apart(before.frame(table), after.frame(table), key)
        yield f"  {said}: {come.height} new, {gone.height} gone"
    gone, come = _apart(before.frame("steps"), after.frame("steps"), ["id"])
    for mark, rows in (("+", come), ("-", gone)):
        for row in rows.sort("lane", "n", descending=[True, False]).head(_MOST).iter_rows(named=True):
            due = f", due {when(row['due'])}" if row["due"] else ""
            yield f"  {mark} {plain(row['title'])} ({row['id']}{due})"
        if rows.height > _MOST:
            yield f"  {mark} {rows.height - _MOST} more steps"


def _apart(before: pl.DataFrame, after: pl.DataFrame, key: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that only `before` has, and those that only `after` has."""
    return before.join(after, on=key, how="anti"), after.join(before, on=key, how="anti")
