"""The runs of a workspace beside each other: better, or only different."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from posture.model import figures
from posture.tui import say
from posture.tui.desk import Run
from posture.tui.widgets import bars, prose
from posture.tui.widgets.drawn import ends, fit

LINE = 24
"""Runs in a line of blocks."""


def since(runs: Sequence[Run], risk: float, digest: str) -> list[prose.Block]:
    """Score and path risk against the run before, each with a line of the last runs."""
    before = [run for run in runs if not digest.startswith(run.id)]
    if not before:
        return []
    last = before[-1]
    risks = [run.risk for run in before] + [risk]
    if last.risk:
        part = (risk - last.risk) / last.risk
        word = "▼" if part < 0 else "▲"
        change = f"{word} {say.share(abs(part))}" if round(part * 100) else "unchanged"
    else:
        change = "unchanged" if risk == last.risk else f"was {say.amount(last.risk)}"
    when = f" since {say.day(last.as_of)}" if last.as_of else ""
    words = Content.assemble(("path risk  ", "$text-muted"), (change, "bold"), (when, "$text-muted"))
    return [prose.line(words, Content.styled(bars.spark(risks[-LINE:]), "$primary"))]


def trend(runs: Sequence[Run]) -> list[prose.Block]:
    """Every run, the newest first, under lines of score and risk."""
    if not runs:
        return [
            prose.text("No earlier run to compare with.", "bold"),
            prose.gap(),
            prose.text("Runs kept in a workspace stand here beside each other. To keep one, and to open it:"),
            prose.text("posture assess SOURCE... --workspace .posture", "bold", indent=2),
            prose.text("posture open", "bold", indent=2),
        ]
    blocks = [prose.text(f"{say.count(len(runs), 'run')} in this workspace", "bold"), prose.gap()]
    scores = [
        (run.score.low + run.score.high) / 2 if run.score.provisional else run.score.shown or 0
        for run in runs
    ]
    for label, values in (
        ("path risk", [run.risk for run in runs]),
        (figures.SCORE, scores),
        ("coverage", [run.score.coverage for run in runs]),
        ("gaps", [float(run.gaps) for run in runs]),
    ):
        blocks.append(prose.fact(label, Content.styled(bars.spark(values[-LINE:]), "$primary")))
    blocks.append(prose.gap())
    blocks.append(_line("as of", figures.SCORE, "path risk", "coverage", "gaps", "$text-muted"))
    for run in reversed(runs):
        when = say.stamp(run.as_of) if run.as_of else f"{run.id[:8]}, no date"
        blocks.append(
            _line(
                when,
                figures.value(run.score),
                say.amount(run.risk),
                f"{run.score.coverage:.0f} %",
                f"{run.gaps:,}",
                "",
            )
        )
    words = "Other data or other settings move these figures too: posture diff tells them apart."
    return [*blocks, prose.gap(), prose.text(words, "$text-muted")]


def _line(when: str, score: str, risk: str, coverage: str, gaps: str, look: str) -> prose.Block:
    cells = f"{score:>13}{risk:>11}{coverage:>10}{gaps:>8}"

    def lines(width: int) -> list[Content]:
        first = fit(when, max(width - len(cells) - 2, 8))
        return [ends(Content.styled(first, look), Content.styled(cells, look), width)]

    return lines
