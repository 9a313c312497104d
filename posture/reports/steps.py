"""The plan alone, as text: one step a paragraph."""

from __future__ import annotations

import textwrap
from typing import Any

import polars as pl

from posture.model.assessment import Assessment
from posture.model.text import plain
from posture.reports.pages.plan import wave_name
from posture.reports.pages.words import effort, figure, when

_WIDTH = 100
_WAVES = (
    "Steps are numbered in the order of work, which goes by subject. What stands in one wave waits for",
    "nothing else in it; only wave 0 comes before everything else for everybody.",
)


def steps(assessment: Assessment) -> bytes:
    """Wave by wave, each in the order of work, then the control lane."""
    every = assessment.frame("steps")
    risk = assessment.overview.risk
    lines = [f"path risk {figure(risk.total)} now, {figure(risk.after_plan)} after the plan", ""]
    order = every.filter(pl.col("lane") == "order").sort("wave", "n")
    if order["wave"].n_unique() > 1:
        lines += [*_WAVES, ""]
    for (wave,), rows in order.group_by("wave", maintain_order=True):
        lines.append(f"Wave {wave}: {wave_name(int(str(wave)))}")
        for row in rows.iter_rows(named=True):
            lines.extend(_step(row))
    lane = every.filter(pl.col("lane") == "control").sort("n")
    if not lane.is_empty():
        lines.append("Control lane")
        for row in lane.iter_rows(named=True):
            lines.extend(_step(row))
    if every.is_empty():
        lines.append("No step is needed for what was assessed.")
    return ("\n".join(lines) + "\n").encode()


def _step(row: dict[str, Any]) -> list[str]:
    risk = ", at risk" if row["at_risk"] else ""
    due = f"due {when(row['due'])}{risk}" if row["due"] else row["label"] or "when planned"
    lines = [
        f"{row['n']:>4}  {plain(row['title'])}",
        f"      {row['id']}  {due}, {effort(row['effort'])}, "
        f"removes {figure(row['gain'])}, leaves {figure(row['risk_after'])}",
    ]
    for label, text in (
        ("why", row["why"]),
        ("breaks", row["breaks"]),
        ("may break", row["may_break"]),
        ("done when", row["proof"]),
        ("how", row["how"]),
    ):
        for part in str(text or "").splitlines():
            lines.extend(
                textwrap.wrap(
                    f"{label}: {plain(part)}", _WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 8
                )
            )
    return [*lines, ""]
