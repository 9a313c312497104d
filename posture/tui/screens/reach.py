"""What an agent reaches, over which tool, credential and identity, and from what that was read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import polars as pl
from textual import getters, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget

from posture.model import classes
from posture.model.assessment import Assessment
from posture.model.keys import short
from posture.tui import say
from posture.tui.commands import Command, Commands
from posture.tui.dialogs.evidence import Evidence
from posture.tui.pages import hops as page
from posture.tui.queries import reach as queries
from posture.tui.screen import PostureScreen
from posture.tui.widgets.branches import Way
from posture.tui.widgets.drawn import seen
from posture.tui.widgets.filter_line import FilterLine
from posture.tui.widgets.pane import Pane
from posture.tui.widgets.rows import Cell, Column, Row, Rows, Shape
from posture.tui.widgets.ways import Ways


def _systems(row: Row) -> Cell:
    if not row["systems"]:
        return "–", "muted"
    return f"{row['systems']:,}{say.UNKNOWN if row['conditional'] else ' '}", ""


def _worst(row: Row) -> Cell:
    return (classes.strongest(row["classes"]), "") if row["systems"] else ("no way seen", "muted")


AGENTS = Shape(
    columns=(
        Column("Agent", lambda row: (row["name"] or short(row["key"]), "strong"), 10, grow=1, sort=("name",)),
        Column("May", _worst, 11, wide=42, sort=("classes",), descending=True),
        Column("Platform", lambda row: (row["platform"], "muted"), 14, wide=60, sort=("platform",)),
        Column("Syst.", _systems, 5, right=True, sort=("systems",), descending=True),
        Column(
            "Risk", lambda row: (say.share(row["share"]), ""), 5, right=True, sort=("share",), descending=True
        ),
    ),
    key="key",
    search=("name", "key", "platform", "kind"),
    empty=("No agent was found.", "posture sources names the", "files that describe agents."),
)

NO_WAY = (
    "No way to a system was found.",
    "That may be because tools, credentials or policies were not read:",
    "7 Sources says what was not.",
)


class ReachCommands(Commands):
    """What this screen offers by name."""

    def commands(self) -> Iterable[Command]:
        """The panes, and the step at the hop."""
        screen = self.screen
        if isinstance(screen, Reach):
            yield ("Choose another agent", "Go to the list of agents", screen.rows.focus)
            yield ("Follow the ways", "Go to the drawing", screen.ways.focus)
            yield ("Step that cuts here", "Open it in the plan", screen.action_step)


class Reach(PostureScreen, key="3", label="Reach"):
    """Agents, the drawing of the chosen one's ways, and the evidence of one hop."""

    CSS_PATH = "reach.tcss"
    QUESTION = "What can an agent reach, and how?"
    HELP = (
        "One line is the best way to one system. Up and down choose an agent or a way, enter goes "
        "from the agent "
        "to its ways, left and right walk along the hops, enter again shows every hop with its evidence.\n"
        "A dashed line holds only if a condition does. Dots are how critical the system is, 1 to "
        "5; with ~ that "
        "is inferred. The share under “cut here” is of the whole path risk."
    )
    COMMANDS = {ReachCommands}  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "p", "step", "Plan step", id="reach.step", tooltip="The step of the plan that cuts at this hop"
        ),
    ]

    rows = getters.query_one("#list", Rows)
    ways = getters.query_one(Ways)
    detail = getters.query_one("#hop", Pane)

    def __init__(self) -> None:
        super().__init__()
        self._found: queries.Ways | None = None
        self._step = ""
        self._arriving = ""

    def body(self) -> Iterable[Widget]:
        """Agents beside or above, the drawing, the hop below."""
        yield FilterLine()
        yield Horizontal(
            Rows(AGENTS, id="list"),
            Vertical(Ways(id="ways"), Pane("Hop", id="hop"), id="side"),
            id="panes",
        )

    def show(self, assessment: Assessment) -> None:
        """Ask for the agents."""
        self.rows.border_title = "Agents"
        self.rows.say("Reading …")
        self.ask(lambda: queries.agents(assessment), self._show_agents, "agents")

    def arrive(self, at: str) -> None:
        """On this agent."""
        self._arriving = at
        self.rows.go_to(at)

    def _show_agents(self, frame: pl.DataFrame) -> None:
        self.rows.show(frame)
        if self._arriving:
            self.rows.go_to(self._arriving)
        if not frame.height:
            self.ways.show(_nothing(), NO_WAY)

    @on(Rows.Moved, "#list")
    def _moved(self, message: Rows.Moved) -> None:
        row, assessment = message.row, self.assessment
        if row is None or assessment is None:
            self.headline.answer()
            return
        key = row["key"]
        self.ask_at_rest(lambda: (row, queries.ways(assessment, key)), self._show_ways, "ways")

    def _show_ways(self, answer: tuple[Row, queries.Ways]) -> None:
        row, self._found = answer
        found = self._found
        name = row["name"] or short(row["key"])
        more = f" · and {found.more:,} ways more" if found.more else ""
        self.ways.border_title = seen(Content(f"{name} → what it reaches{more}"))
        self.ways.show(found, NO_WAY)
        self.headline.answer(*_answer(row, found), brief=say.count(row["systems"], "system"))

    @on(Rows.Opened, "#list")
    def _to_ways(self) -> None:
        self.ways.focus()

    @on(Ways.Moved)
    def _hop(self, message: Ways.Moved) -> None:
        way, assessment, found = message.way, self.assessment, self._found
        self._step = ""
        if way is None or not way.hops or assessment is None or found is None:
            self.detail.border_title = "Hop"
            self.detail.show([])
            self.offer(False)
            return
        hop = way.hops[message.hop - 1]
        self.ask_at_rest(
            lambda: (way, hop, queries.steps_on(assessment, (hop["to"], hop["from"]))), self._show_hop, "hop"
        )

    def _show_hop(self, answer: tuple[Way, Row, pl.DataFrame]) -> None:
        way, hop, steps = answer
        self._step = str(steps["id"][0]) if steps.height else ""
        self.offer(bool(self._step))
        if self._found is not None:
            self.detail.border_title = f"Hop {hop['n']} of {len(way.hops)}"
            self.detail.show(page.hop_page(way, hop, self._found, steps))

    @on(Ways.Opened)
    def _evidence(self, message: Ways.Opened) -> None:
        if self._found is not None:
            self.app.push_screen(Evidence("Way", page.way_page(message.way, self._found)))

    def action_step(self) -> None:
        """The step at this hop."""
        if self._step:
            self.go("5", self._step)

    async def action_back(self) -> None:
        """From the ways to the agents, then as everywhere."""
        if self.focused is not self.rows and not self.query_one(FilterLine).value:
            self.rows.focus()
        else:
            await super().action_back()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No step, no way there."""
        if action == "step":
            return True if self._step else None
        return super().check_action(action, parameters)


def _answer(row: Row, found: queries.Ways) -> list[str | tuple[str, str]]:
    parts: list[str | tuple[str, str]] = [(say.count(row["systems"], "system"), "bold")]
    if row["conditional"]:
        parts.append((f" · {row['conditional']:,} conditional", "$warning"))
    if found.paths.height:
        worst = found.paths.row(0, named=True)
        name = found.names.get(worst["system"], short(worst["system"]))
        parts.append(f" · worst: {name}, {classes.strongest(worst['classes'])}")
    return parts


def _nothing() -> queries.Ways:
    return queries.Ways("", pl.DataFrame(), pl.DataFrame(), {}, {})
