"""What leaves this room: a preview of the decision page, and the formats."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual import getters
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget

from posture.model import figures
from posture.model.assessment import Assessment
from posture.model.overview import Overview
from posture.tui import say
from posture.tui.commands import Command, Commands
from posture.tui.queries.formats import offered
from posture.tui.screen import PostureScreen
from posture.tui.widgets import prose
from posture.tui.widgets.pane import Pane


class ReportCommands(Commands):
    """What this screen offers by name."""

    def commands(self) -> Iterable[Command]:
        """Every format."""
        screen = self.screen
        if isinstance(screen, Report):
            for one in offered():
                yield (f"Export {one.id}", one.title, partial(screen.run_action, f"app.export('{one.id}')"))


KEYS = {"markdown": "m", "json": "J", "csv": "c", "sarif": "s"}
"""Formats that have a key of their own; e offers all."""


class Report(PostureScreen, key="8", label="Report"):
    """One page to read, and a key for each format."""

    CSS_PATH = "report.tcss"
    AUTO_FOCUS = "#page"
    QUESTION = "What leaves this room?"
    HELP = (
        "The page shows what the report's decision summary is made of. The keys ask for a file name and "
        "write the whole report; a pipe gets the same bytes from posture assess -f FORMAT."
    )
    COMMANDS = {ReportCommands}  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            key,
            f"app.export('{format}')",
            "Markdown" if format == "markdown" else format.upper(),
            id=f"report.{format}",
            tooltip=f"Write it as {format}",
        )
        for format, key in KEYS.items()
    ]

    page = getters.query_one("#page", Pane)
    formats = getters.query_one("#formats", Pane)

    def body(self) -> Iterable[Widget]:
        """The page, and the formats beside it where there is room."""
        yield Horizontal(Pane("Decision summary", id="page"), Pane("Formats", id="formats"), id="panes")

    def show(self, assessment: Assessment) -> None:
        """All of it stands in the overview."""
        self.headline.answer(f"{len(offered())} formats")
        self.formats.show(_formats())
        self.page.show(_page(assessment.overview))


def _formats() -> list[prose.Block]:
    blocks = []
    for one in offered():
        name = Content.assemble((one.id, "bold"), (f"  {one.suffix}", "$text-muted"))
        blocks.append(prose.text(Content.assemble((f"{KEYS.get(one.id, 'e')}  ", "$primary bold"), name)))
        blocks.append(prose.text(one.title, "$text-muted", indent=3))
    return [
        *blocks,
        prose.gap(),
        prose.text("The same bytes from a pipe: posture assess -f FORMAT", "$text-muted"),
    ]


def _page(said: Overview) -> list[prose.Block]:
    when = say.stamp(said.as_of) if said.as_of else "no date in the input"
    severities = (
        ", ".join(f"{number:,} {word}" for word, number in say.worst_first(said.gaps))
        or "none found in what was assessed"
    )
    blocks = [
        prose.text(said.organisation or "Organisation not named", "bold"),
        prose.text(f"as of {when}, input {said.digest[:16] or say.UNKNOWN}", "$text-muted"),
        prose.gap(),
        prose.fact(figures.SCORE, figures.score(said.score)),
        prose.fact("coverage", f"{said.score.coverage:.0f} % of what applies was assessed"),
        prose.fact(
            "path risk",
            f"{say.amount(said.risk.total)} now, {say.amount(said.risk.after_plan)} after the plan",
        ),
        prose.fact("gaps", severities),
    ]
    if said.immediate:
        blocks.append(prose.heading("Cannot wait"))
        for entry in said.immediate:
            blocks.append(prose.fact(say.due(entry.due, said.as_of), entry.title, "bold"))
            blocks.append(prose.fact("", entry.why, "$text-muted"))
    if said.frameworks:
        blocks.append(prose.heading("Frameworks", "gaps against a framework, never conformity with it"))
        for framework in said.frameworks:
            counts = ", ".join(f"{number} {word}" for word, number in framework.counts.items() if number)
            blocks.append(prose.line(Content(framework.title), Content.styled(counts, "$text-muted")))
    if said.blind or said.assumptions:
        blocks.append(prose.heading("What this does not know"))
        blocks += [prose.text(f"{say.HATCH} {blind}", "$warning") for blind in said.blind]
        blocks += [prose.text(f"assumed: {layer}", "italic") for layer in said.assumptions]
    if said.settings:
        blocks.append(prose.heading("Settings that differ from their defaults"))
        blocks += [prose.fact(name, value) for name, value in said.settings.items()]
    blocks.append(prose.heading("Never in a report", "secret values, or any part of one"))
    return blocks
