"""Where we stand and what cannot wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl
from textual import getters, on
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from posture.model.assessment import Assessment
from posture.tui import say
from posture.tui.commands import Command, Commands
from posture.tui.pages import standing as page
from posture.tui.queries import overview as queries
from posture.tui.screen import PostureScreen
from posture.tui.widgets import prose
from posture.tui.widgets.drawn import Drawn, seen
from posture.tui.widgets.pane import Pane
from posture.tui.widgets.rows import Cell, Column, Row, Rows, Shape

MARKS = {"contain-now": "!!", "rotate-now": "! "}


def _time_left(row: Row) -> Cell:
    hours = row["due_in_hours"]
    if hours is None:
        return say.label(row["label"]), "muted"
    return (f"late {say.duration(hours)}" if hours < 0 else say.duration(hours)), "alarm"


URGENT = Shape(
    columns=(
        Column("", lambda row: (MARKS.get(row["label"], "  "), "alarm"), 2),
        Column("Due", _time_left, 6, right=True),
        Column("What", lambda row: (row["title"], "strong"), 18, grow=1),
        Column("Agents", lambda row: (say.count(row["agents"], "agent"), "muted"), 8, right=True, wide=62),
        Column(
            "Systems", lambda row: (say.count(row["systems"], "system"), "muted"), 10, right=True, wide=76
        ),
        Column("Share", lambda row: (say.share(row["share"]), ""), 5, right=True),
    ),
    key="step",
    search=("title", "why"),
    empty=("Nothing has to be contained or rotated now.", "The plan (5) says what comes first."),
)


NOT_KNOWN = replace(
    URGENT,
    empty=("What cannot wait is not known.", "Nothing was assessed: 7 Sources says what was not read."),
)


class OverviewCommands(Commands):
    """What the overview offers by name."""

    def commands(self) -> Iterable[Command]:
        """Where each figure comes from."""
        screen = self.screen
        if isinstance(screen, Overview):
            yield ("What cannot wait", "Go to the list on the overview", screen.action_immediate)
            yield ("Most urgent step", "Open it in the plan", screen.action_plan)


class Overview(PostureScreen, key="1", label="Overview"):
    """Seven panes, of which one is a list."""

    CSS_PATH = "overview.tcss"
    QUESTION = "Where do we stand, and what cannot wait?"
    HELP = (
        "Three numbers, never one alone: controls (0 to 100, with the range that unknowns span), "
        "path risk (the sum "
        "over every way in), and coverage (how much could be assessed).\n"
        "Shares are parts of the whole path risk. Enter on a line that cannot wait opens its step "
        "in the plan."
    )
    COMMANDS = {OverviewCommands}  # noqa: RUF012

    rows = getters.query_one("#list", Rows)
    why = getters.query_one("#why", Drawn)
    notice = getters.query_one("#notice", Drawn)

    def body(self) -> Iterable[Widget]:
        """Two columns where there is room, else one."""
        yield Drawn(id="notice")
        urgent = Vertical(Rows(URGENT, header=False, id="list"), Drawn(id="why"), id="urgent")
        urgent.border_title = "Cannot wait"
        yield VerticalScroll(
            Horizontal(Pane("Where we stand", id="stand"), urgent, classes="row"),
            Horizontal(
                Pane("What one fix breaks", id="chokes"),
                Pane("If the plan is worked", id="burn"),
                classes="row",
            ),
            Horizontal(Pane("Frameworks", id="frameworks"), Pane("Since", id="changes"), classes="row last"),
            id="board",
            can_focus=False,
        )

    def show(self, assessment: Assessment) -> None:
        """Everything but the choke points stands in the overview itself."""
        said = assessment.overview
        self.headline.answer(*page.gap_words(said), brief=page.brief(said))
        self.notice.show(page.notice(said, getattr(self.app, "sample", False)))
        self.pane("stand").show(page.stand(said))
        self.pane("burn").draw(lambda width: page.burn(said, width))
        self.pane("frameworks").draw(lambda width: page.frameworks(said, width))
        self.pane("changes").border_title = seen(
            Content(f"Since {said.baseline}" if said.baseline else "Since last time")
        )
        self.pane("changes").show(page.changes(said))
        frame = pl.DataFrame([entry.model_dump() for entry in said.immediate], schema=_SCHEMA)
        self.rows.styles.height = min(max(frame.height, 3), 6)
        self.rows.show(frame, URGENT if page.assessed(said) else NOT_KNOWN)
        self.ask(lambda: queries.chokes(assessment), self._show_chokes, "choke points")

    def pane(self, name: str) -> Pane:
        """One of the panes by its id."""
        return self.query_one(f"#{name}", Pane)

    def action_immediate(self) -> None:
        """To the list."""
        self.rows.focus()

    def action_plan(self) -> None:
        """The step of the selected line."""
        self.rows.action_open()

    @on(Rows.Moved)
    def _moved(self, message: Rows.Moved) -> None:
        row = message.row
        said = [prose.text(row["title"]), prose.text(f"why: {row['why']}", "$text-muted")] if row else []
        self.why.show(prose.draw(said))

    @on(Rows.Opened)
    def _opened(self, message: Rows.Opened) -> None:
        self.go("5", str(message.row["step"]))

    def _show_chokes(self, frame: pl.DataFrame) -> None:
        known = self.assessment is not None and page.assessed(self.assessment.overview)
        self.pane("chokes").draw(lambda width: page.choke_lines(frame, known, width))


_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "step": pl.String,
    "title": pl.String,
    "due": pl.Datetime("us", "UTC"),
    "due_in_hours": pl.Float64,
    "label": pl.String,
    "agents": pl.Int64,
    "systems": pl.Int64,
    "share": pl.Float64,
    "why": pl.String,
}
