"""What an agent reaches, over which tool, credential and identity, and from what that was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

import polars as pl
from textual import getters, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget

from posture.model import classes, figures
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
    """What is certain, and after it what is possible; the certain numbers stand below each other."""
    if not row["systems"] and not row["conditional"]:
        return "–".ljust(5), "muted"
    more = f"+{row['conditional']:,}{say.UNKNOWN}" if row["conditional"] else ""
    return f"{row['systems']:,}{more:<4}", ""


def _worst(row: Row) -> Cell:
    return (classes.strongest(row["classes"]), "") if row["classes"] else ("no way seen", "muted")


AGENTS = Shape(
    columns=(
        Column("Agent", lambda row: (row["name"] or short(row["key"]), "strong"), 10, grow=1, sort=("name",)),
        Column("May", _worst, 11, wide=42, sort=("classes",), descending=True),
        Column("Platform", lambda row: (row["platform"], "muted"), 14, wide=60, sort=("platform",)),
        Column("Syst.", _systems, 7, right=True, sort=("systems",), descending=True),
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


NO_WAY_LEFT = ("No way that weighs anything is left.", "b puts the cuts back.")


class ReachCommands(Commands):
    """What this screen offers by name."""

    def commands(self) -> Iterable[Command]:
        """The panes, and the step at the hop."""
        screen = self.screen
        if isinstance(screen, Reach):
            yield ("Choose another agent", "Go to the list of agents", screen.rows.focus)
            yield ("Follow the ways", "Go to the drawing", screen.ways.focus)
            yield ("Step that cuts here", "Open it in the plan", screen.action_step)
            yield ("Try without this link", "What remains if the hop is cut", screen.action_cut_link)
            yield ("Try without this node", "What remains if its end is gone", screen.action_cut_node)
            yield ("Put every cut back", "The ways as they are", screen.action_mend)


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
        "is inferred. The share under “cut here” is of the whole path risk.\n"
        "space tries it without the chosen hop, x without the node it leads to: what is drawn then are "
        "the best ways that remain. Cuts stay on for other agents until b puts them back."
    )
    COMMANDS = {ReachCommands}  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "step", "Step", id="reach.step", tooltip="The step of the plan that cuts at this hop"),
        Binding("space", "cut_link", "Cut", id="reach.cut-link", tooltip="What remains without this hop"),
        Binding(
            "x",
            "cut_node",
            "Node",
            id="reach.cut-node",
            tooltip="What remains without the node that this hop leads to",
        ),
        Binding("b", "mend", "Back", id="reach.mend", tooltip="Put every cut back"),
    ]

    rows = getters.query_one("#list", Rows)
    ways = getters.query_one(Ways)
    detail = getters.query_one("#hop", Pane)

    def __init__(self) -> None:
        super().__init__()
        self._found: queries.Ways | None = None
        self._step = ""
        self._arriving = ""
        self._row: Row | None = None
        self._severed: tuple[queries.Link, ...] = ()
        self._gone: tuple[str, ...] = ()

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
        self._row = row
        self.ask_at_rest(self._question(row, assessment), self._show_ways, "ways")

    def _question(self, row: Row, assessment: Assessment) -> Callable[[], tuple[Row, queries.Ways]]:
        """The ways of the agent, or those that are left of them."""
        key, desk, links, nodes = row["key"], self.desk, self._severed, self._gone
        if desk is None or not (links or nodes):
            return lambda: (row, queries.ways(assessment, key))
        return lambda: (row, queries.ways_left(assessment, desk, key, links, nodes))

    def _show_ways(self, answer: tuple[Row, queries.Ways]) -> None:
        row, found = answer
        self._found = found
        name = row["name"] or short(row["key"])
        more = f" · and {found.more:,} ways more" if found.more else ""
        reaches = "what it reaches" if found.cut is None else "what it still reaches"
        self.ways.border_title = seen(Content(f"{name} → {reaches}{more}"))
        self.ways.border_subtitle = ""
        self.ways.show(found, NO_WAY if found.cut is None else NO_WAY_LEFT)
        if found.cut is None:
            self.headline.answer(*_answer(row, found), brief=say.count(row["systems"], "system"))
            return
        self._severed = tuple(pair for pair in self._severed if pair not in found.cut.uncut)
        if found.cut.uncut:
            words = "This hop is no link that somebody could cut: both ends are the same secret."
            self.notify(words, title="Not cut", severity="warning", markup=False)
        words = f"risk {say.amount(found.cut.before)} → {say.amount(found.cut.after)}"
        left = say.count(found.systems, "system")
        self.headline.answer((f"{left} left", "bold"), (f" · {words}", "$warning"), brief=words)

    def action_cut_link(self) -> None:
        """What remains without the chosen hop."""
        hop = self._hop_row()
        if hop is not None:
            self._cut((*self._severed, (hop["from"], hop["to"])), self._gone)

    def action_cut_node(self) -> None:
        """What remains without the node that the chosen hop leads to."""
        hop = self._hop_row()
        if hop is not None:
            self._cut(self._severed, (*self._gone, hop["to"]))

    def action_mend(self) -> None:
        """The ways as they are."""
        self._cut((), ())

    def _cut(self, links: tuple[queries.Link, ...], nodes: tuple[str, ...]) -> None:
        row, assessment = self._row, self.assessment
        if row is None or assessment is None or self.desk is None:
            return
        self._severed, self._gone = tuple(dict.fromkeys(links)), tuple(dict.fromkeys(nodes))
        self.ways.border_subtitle = "trying …"
        self.offer((self._step, bool(links or nodes)))
        self.ask(self._question(row, assessment), self._show_ways, "ways")

    def failed(self, about: str) -> None:
        """What could not be tried is not cut."""
        super().failed(about)
        if about == "ways" and (self._severed or self._gone):
            self._severed, self._gone = (), ()
            self.ways.border_subtitle = ""
            self.offer((self._step, False))

    def _hop_row(self) -> Row | None:
        way = self.ways.way
        return way.hops[self.ways.hop - 1] if way is not None and way.hops else None

    @on(Rows.Opened, "#list")
    def _to_ways(self) -> None:
        self.ways.focus()

    @on(Ways.Moved)
    def _hop(self, message: Ways.Moved) -> None:
        way, assessment, found = message.way, self.assessment, self._found
        self._step = ""
        if way is None or not way.hops or assessment is None or found is None:
            self.detail.border_title = "Hop"
            self.detail.show(page.cut_lines(found) if found else [])
            self.offer(("", bool(self._severed or self._gone)))
            return
        hop = way.hops[message.hop - 1]
        self.ask_at_rest(
            lambda: (way, hop, queries.steps_on(assessment, (hop["to"], hop["from"]))), self._show_hop, "hop"
        )

    def _show_hop(self, answer: tuple[Way, Row, pl.DataFrame]) -> None:
        way, hop, steps = answer
        self._step = str(steps["id"][0]) if steps.height else ""
        self.offer((self._step, bool(self._severed or self._gone)))
        if self._found is not None:
            self.detail.border_title = f"Hop {hop['n']} of {len(way.hops)}"
            self.detail.show([*page.cut_lines(self._found), *page.hop_page(way, hop, self._found, steps)])

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
        if action in ("cut_link", "cut_node"):
            return self.desk is not None and (self._hop_row() is not None or None)
        if action == "mend":
            return bool(self._severed or self._gone)
        return super().check_action(action, parameters)


def _answer(row: Row, found: queries.Ways) -> list[str | tuple[str, str]]:
    parts: list[str | tuple[str, str]] = [(figures.reached(row["named"], row["patterns"]), "bold")]
    if row["conditional"]:
        parts.append((f" · {row['conditional']:,} more possibly", "$warning"))
    if found.paths.height:
        worst = found.paths.row(0, named=True)
        name = found.names.get(worst["system"], short(worst["system"]))
        parts.append(f" · worst: {name}, {classes.strongest(worst['classes'])}")
    return parts


def _nothing() -> queries.Ways:
    return queries.Ways("", pl.DataFrame(), pl.DataFrame(), {}, {})
