"""What to do: the top paths, the steps in order, what is left after each."""

from __future__ import annotations

from typing import Any

import polars as pl

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.model.classes import strongest
from posture.model.keys import short
from posture.reports.pages.words import bar, figure, hours, percent, safe, table, when

_WAVES = (
    "Contain now",
    "Remove standing trust and cut scope",
    "Replace and constrain",
    "Enforce and approve",
    "Finish chains",
)
_LISTED_PATHS = 10
_LISTED_STEPS = 120


def wave_name(wave: int) -> str:
    """The name of a wave; waves from four on finish chains."""
    return _WAVES[min(wave, len(_WAVES) - 1)]


def paths(assessment: Assessment, _frameworks: Frameworks) -> str:
    """Most likely first, then highest impact, each with what it rests on."""
    found = assessment.tables["paths"]
    likely = (
        found.sort("likelihood", "weight", "id", descending=[True, True, False]).head(_LISTED_PATHS).collect()
    )
    if likely.is_empty():
        return "## Attack paths\n\nNo path from an origin to a system was found in what was read."
    heavy = found.sort("weight", "id", descending=[True, False]).head(_LISTED_PATHS).collect()
    hops = assessment.frame("hops").sort("path", "n")
    return (
        "## Attack paths\n\n### Most likely\n\n"
        + _listed(likely, hops)
        + "\n### Highest impact\n\n"
        + _listed(heavy, hops)
    )


def _listed(rows: pl.DataFrame, hops: pl.DataFrame) -> str:
    lines = []
    for row in rows.iter_rows(named=True):
        own = hops.filter(pl.col("path") == row["id"])
        mark = "" if row["certain"] else " (conditional)"
        assumed = ", a factor is assumed" if row["assumed"] else ""
        lines.append(
            f"- **{safe(short(row['origin']))}** to **{safe(short(row['system']))}**: "
            f"{strongest(row['classes'])}{mark}, {row['route']}, weight {figure(row['weight'])}, "
            f"{percent(row['share'])} of path risk{assumed}"
        )
        lines.extend(f"  - {_hop(hop)}" for hop in own.iter_rows(named=True))
    return "\n".join(lines) + "\n"


def _hop(hop: dict[str, Any]) -> str:
    because = f": {safe(hop['because'])}" if hop["because"] else ""
    waits = f"; depends on {safe(hop['depends_on'])}" if hop["depends_on"] else ""
    return f"{safe(short(hop['from']))} {hop['kind']} {safe(short(hop['to']))}{because}{waits}"


def steps(assessment: Assessment, _frameworks: Frameworks) -> str:
    """Waves with order, due, effort and the risk left; the burn-down; the control lane."""
    every = assessment.frame("steps").sort("lane", "n", descending=[True, False])
    order = every.filter(pl.col("lane") == "order")
    lane = every.filter(pl.col("lane") == "control")
    if every.is_empty():
        return "## Plan\n\nNo step is needed for what was assessed."
    parts = ["## Plan\n", _burn(assessment)]
    for (wave,), rows in order.head(_LISTED_STEPS).group_by("wave", maintain_order=True):
        parts.append(f"### Wave {wave}: {wave_name(int(str(wave)))}\n\n{_steps(rows)}")
    if len(order) > _LISTED_STEPS:
        parts.append(f"{len(order) - _LISTED_STEPS} further steps are in the JSON report.\n")
    if not lane.is_empty():
        parts.append(
            "### Control lane: no path risk, a control gap closed\n\n" + _lane(lane.head(_LISTED_STEPS))
        )
        if len(lane) > _LISTED_STEPS:
            parts.append(f"{len(lane) - _LISTED_STEPS} further steps are in the JSON report.\n")
    parts.append("### Each step\n\n" + _explained(order.head(25)))
    return "\n".join(parts)


def _steps(rows: pl.DataFrame) -> str:
    head = ("#", "step", "owner", "due", "effort", "removes", "left")
    return table(
        head,
        [
            (
                str(row["n"]),
                safe(row["title"]),
                safe(row["owner"] or "nobody yet"),
                f"{when(row['due'])} {row['label']}".strip() if row["due"] else row["label"],
                hours(row["effort"]),
                figure(row["gain"]),
                figure(row["risk_after"]),
            )
            for row in rows.iter_rows(named=True)
        ],
        right=(0, 4, 5, 6),
    )


def _lane(rows: pl.DataFrame) -> str:
    return table(
        ("#", "step", "owner", "due", "effort"),
        [
            (
                str(row["n"]),
                safe(row["title"]),
                safe(row["owner"] or "nobody yet"),
                f"{when(row['due'])} {row['label']}".strip() if row["due"] else row["label"],
                hours(row["effort"]),
            )
            for row in rows.iter_rows(named=True)
        ],
        right=(0, 4),
    )


def _explained(rows: pl.DataFrame) -> str:
    lines = []
    for row in rows.iter_rows(named=True):
        lines.append(f"{row['n']}. **{safe(row['title'])}**. {safe(row['why'])}")
        for label, text in (
            ("Breaks", row["breaks"]),
            ("May break", row["may_break"]),
            ("Done when", row["proof"]),
            ("How", row["how"]),
        ):
            if text:
                lines.append(f"   - {label}: {safe(text)}")
    return "\n".join(lines) + "\n"


def _burn(assessment: Assessment) -> str:
    risk = assessment.overview.risk
    if not risk.total or not risk.burn:
        return ""
    every = max(1, len(risk.burn) // 12)
    chosen = [*risk.burn[::every]]
    if chosen[-1] != risk.burn[-1]:
        chosen.append(risk.burn[-1])
    lines = [f"{done:>7.0f} h  {bar(left / risk.total, 40)}  {figure(left):>7}" for done, left in chosen]
    return (
        f"Path risk {figure(risk.total)} now, {figure(risk.after_wave0)} after wave 0, "
        f"{figure(risk.after_plan)} after the plan; all actions together leave {figure(risk.floor)}.\n\n```\n"
        + "\n".join(lines)
        + "\n```\n"
    )
