"""Where we stand and what cannot wait."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import polars as pl
from msgspec.structs import replace
from textual import events, getters, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from posture.model.assessment import Assessment
from posture.tui import say
from posture.tui.commands import Command, Commands
from posture.tui.desk import Run
from posture.tui.dialogs.evidence import Evidence
from posture.tui.pages import standing as page
from posture.tui.pages import trend
from posture.tui.queries import overview as queries
from posture.tui.screen import PostureScreen
from posture.tui.widgets import prose
from posture.tui.widgets.drawn import Drawn, seen
from posture.tui.widgets.pane import Pane
from posture.tui.widgets.rows import Cell, Column, Row, Rows, Shape

TALL = 46
"""Lines from which the lists of this screen are longer."""
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
        Column("Agents", lambda row: (say.count(row["agents"], "agent"), "muted"), 8, right=True, wide=84),
        Column(
            "Systems", lambda row: (say.count(row["systems"], "system"), "muted"), 10, right=True, wide=96
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
            yield ("Trend", "The runs of this workspace beside each other", screen.action_trend)
            yield ("Most urgent step", "Open it in the plan", screen.action_plan)


class Overview(PostureScreen, key="1", label="Overview"):
    """Seven panes, of which one is a list."""

    CSS_PATH = "overview.tcss"
    QUESTION = "Where do we stand, and what cannot wait?"
    HELP = (
        "Three numbers, never one alone: the control score (0 to 100, with the range that unknowns span), "
        "path risk (the sum "
        "over every way in), and coverage (how much could be assessed).\n"
        "Shares are parts of the whole path risk. Enter on a line that cannot wait opens its step "
        "in the plan."
    )
    COMMANDS = {OverviewCommands}  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "immediate", "Immediate", show=False, id="overview.immediate",
                tooltip="To what cannot wait"),
        Binding("p", "plan", "Plan", id="overview.plan", tooltip="The chosen line in the plan"),
        Binding("t", "trend", "Trend", id="overview.trend", tooltip="The runs of this workspace"),
    ]  # fmt: skip

    rows = getters.query_one("#list", Rows)
    why = getters.query_one("#why", Drawn)
    notice = getters.query_one("#notice", Drawn)

    def __init__(self) -> None:
        super().__init__()
        self._runs: tuple[Run, ...] = ()
        self._chokes: pl.DataFrame | None = None
        """Where most risk passes; none while that is asked."""

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
        desk = self.desk
        if desk is not None:
            self.ask(desk.runs, self._show_runs, "runs")
        frame = pl.DataFrame([entry.model_dump() for entry in said.immediate], schema=_SCHEMA)
        self.rows.show(frame, URGENT if page.assessed(said) else NOT_KNOWN)
        self._fit()
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
        said = []
        if row:
            who = f"{say.count(row['agents'], 'agent')} · {say.count(row['systems'], 'system')}"
            said = [
                prose.text(row["title"]),
                prose.text(who, "$text-muted"),
                prose.text(f"why: {row['why']}", "$text-muted"),
            ]
        self.why.show(prose.draw(said))

    @on(Rows.Opened)
    def _opened(self, message: Rows.Opened) -> None:
        self.go("5", str(message.row["step"]))

    def _show_runs(self, runs: tuple[Run, ...]) -> None:
        self._runs = runs
        said = self.assessment.overview if self.assessment else None
        if said is not None and runs:
            told = trend.since(runs, said.risk.total, said.digest)
            # Without a comparison there is nothing to say of one, but the runs have their line.
            rest = page.changes(said) if said.changes or not told else []
            self.pane("changes").show([*told, *rest])
        self.offer(bool(runs))

    def action_trend(self) -> None:
        """The runs beside each other, or how to come by some."""
        self.app.push_screen(Evidence("Trend", trend.trend(self._runs)))

    def _show_chokes(self, frame: pl.DataFrame) -> None:
        self._chokes = frame
        self._fit()

    def _fit(self) -> None:
        """As many lines as there is height for."""
        most = 10 if self.size.height >= TALL else 6
        self.rows.styles.height = min(max(self.rows.total, 3), most)
        said = self.assessment.overview if self.assessment is not None else None
        frame = self._chokes.head(most) if self._chokes is not None else None
        self.pane("chokes").draw(lambda width: page.choke_lines(frame, said, width))

    def on_resize(self, event: events.Resize) -> None:
        """Another height."""
        super().on_resize(event)
        self._fit()


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
