"""The plan with steps left out beside the whole plan: the curve, and the figures side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from posture.model import figures
from posture.model.overview import Risk
from posture.tui import say
from posture.tui.queries.plan import Scenario
from posture.tui.widgets import bars, prose
from posture.tui.widgets.drawn import ends, fit
from posture.tui.widgets.rows import Row

if TYPE_CHECKING:
    import polars as pl

_FIGURE = 12
"""Cells of a figure in the comparison."""


def curve(risk: Risk, row: Row | None, found: Scenario | None, width: int) -> Content:
    """Risk over hours of work, a mark under the chosen step; what steps left out add stands out."""
    burn = found.burn if found else risk.burn
    start, end = say.amount(risk.total), say.amount(burn[-1][1] if burn else risk.after_plan)
    side = len(start) + 2
    room = max(width - side - len(end) - 2, 2)
    drawn = bars.compared(risk.burn, burn, room, rows=2)
    if not drawn:
        return Content.styled("No step lowers the path risk.", "$text-muted")
    first = Content.assemble((start, "bold"), "  ", drawn[0])
    second = Content.assemble(" " * side, drawn[1], "  ", (end, "bold"))
    return Content("\n").join((first, second, _under(risk, burn, row, side, room, width)))


def _under(risk: Risk, burn: bars.Points, row: Row | None, side: int, room: int, width: int) -> Content:
    """The chosen step under the curve; how much work it all is where none is on it."""
    on_curve = row is not None and row["lane"] == "order" and not row["out"]
    left = row["left"] if row is not None and on_curve else None
    point = None if left is None else next((hour for hour, risk in burn if risk <= left), None)
    if row is None or left is None or point is None:
        return ends(Content(""), Content.styled(f"{say.effort(burn[-1][0])} of work", "$text-muted"), width)
    at = round(point / risk.burn[-1][0] * (room - 1)) + side
    words = f"after step {row['n']}: {say.effort(point)} of work, {say.amount(left)} left"
    if at + len(words) + 2 <= width:
        return Content.assemble(" " * at, ("▲ ", "$primary"), words)
    return Content.assemble(" " * max(at - len(words) - 1, 0), words, (" ▲", "$primary"))


def summary(found: Scenario) -> str:
    """What leaving steps out comes to, in one line."""
    whole, tried = found.whole, found.tried
    parts = []
    if say.amount(tried.left.risk) != say.amount(whole.left.risk):
        parts.append(f"{say.amount(tried.left.risk)} left instead of {say.amount(whole.left.risk)}")
    ordered = found.burn[-1][1] if found.burn else tried.left.risk
    if say.amount(ordered) != say.amount(tried.left.risk):
        parts.append(f"{say.amount(ordered)} before the control lane is done")
    if tried.gaps > whole.gaps:
        parts.append(
            f"{tried.gaps - whole.gaps:,} more open {'gap' if tried.gaps == whole.gaps + 1 else 'gaps'}"
        )
    return f"without {say.count(len(found.out), 'step')}: {', '.join(parts) or 'no figure differs'}"


def comparison(found: Scenario, steps: pl.DataFrame) -> list[prose.Block]:
    """Both plans in figures, what stands one-sided, and the steps that were left out."""
    whole, tried = found.whole, found.tried
    out = steps.filter(steps["out"]).sort("lane", "n", descending=[True, False])
    hours = float(out["effort"].sum())
    blocks = [
        prose.text(f"The plan without {say.count(len(found.out), 'step')}", "bold"),
        prose.text(f"{say.effort(round(hours, 1))} of work less", "$text-muted"),
        prose.gap(),
        _line("", "every step", "without", "differs", "$text-muted"),
        _figures("path risk left", whole.left.risk, tried.left.risk, amounts=True),
        _figures("open ways", whole.left.paths, tried.left.paths),
        _figures("systems reached", whole.left.systems, tried.left.systems),
        _figures("gaps left open", whole.gaps, tried.gaps),
        _line(figures.SCORE, figures.value(whole.score), figures.value(tried.score), ""),
        _figures("steps late", len(found.late_whole), len(found.late)),
    ]
    if whole.frameworks:
        blocks.append(prose.heading("Controls with a gap"))
    after = {entry.framework: entry for entry in tried.frameworks}
    for entry in whole.frameworks:
        mine = after[entry.framework].counts.get("gap", 0) if entry.framework in after else 0
        blocks.append(_figures(entry.title, entry.counts.get("gap", 0), mine))
    if found.warnings:
        blocks.append(prose.heading("One-sided"))
        blocks += [prose.text(f"▲ {warning}", "$warning") for warning in found.warnings]
    blocks.append(prose.heading("Left out"))
    for row in out.iter_rows(named=True):
        number = row["n"] if row["lane"] == "order" else f"c{row['n']}"
        blocks.append(prose.line(Content(f"{number}  {row['title']}"), Content(say.effort(row["effort"]))))
    return blocks


def _figures(label: str, before: float, after: float, amounts: bool = False) -> prose.Block:
    words = say.amount if amounts else "{:,.0f}".format
    differs = (
        ""
        if words(before) == words(after)
        else f"{'+' if after > before else '−'}{words(abs(after - before))}"
    )
    return _line(label, words(before), words(after), differs, "$warning" if after > before else "")


def _line(label: str, before: str, after: str, differs: str, look: str = "") -> prose.Block:
    def lines(width: int) -> list[Content]:
        room = max(width - 3 * (_FIGURE + 1), 10)
        figures = "".join(f" {text:>{_FIGURE}}" for text in (before, after))
        return [
            Content.assemble(
                (fit(label, room), "$text-muted"), figures, (f" {differs:>{_FIGURE}}", look)
            ).truncate(max(width, 1), ellipsis=True)
        ]

    return lines
