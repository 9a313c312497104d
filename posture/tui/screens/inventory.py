"""Which agents, identities, credentials, tools and systems exist, whose they are and what kind."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

import polars as pl
from textual import getters, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from posture.model import figures
from posture.model.assessment import Assessment
from posture.tui import say
from posture.tui.commands import Command, Commands
from posture.tui.dialogs.evidence import Evidence
from posture.tui.lists import inventory as lists
from posture.tui.pages import thing as page
from posture.tui.queries import inventory as queries
from posture.tui.screen import PostureScreen
from posture.tui.widgets.choice import Choice
from posture.tui.widgets.filter_line import FilterLine
from posture.tui.widgets.pane import Pane
from posture.tui.widgets.rows import Rows


class InventoryCommands(Commands):
    """What this screen offers by name."""

    def commands(self) -> Iterable[Command]:
        """Every list."""
        screen = self.screen
        if isinstance(screen, Inventory):
            for noun in queries.NOUNS:
                yield (f"List {noun}", "Inventory", partial(screen.choice.choose, noun.title()))


class Inventory(PostureScreen, key="2", label="Inventory"):
    """One list per noun, the chosen row in words beside it."""

    QUESTION = "What exists, whose is it, and of what kind?"
    HELP = (
        "n turns to the next list. Whatever is inferred from a name or a kind is in italics with "
        "~, so that one can "
        "correct it with a declaration; “none” was seen to be none; ? is not known.\n"
        "Identities that a provider makes and runs itself are left out here and counted in the title; so are "
        "operations of a tool, and patterns, by which a policy names whole kinds of systems or identities."
    )
    COMMANDS = {InventoryCommands}  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "turn(1)", "Next list", id="inventory.next", tooltip="The next list"),
        Binding(
            "N", "turn(-1)", "Previous list", show=False, id="inventory.previous", tooltip="The previous list"
        ),
        Binding("v", "reach", "Reach", id="inventory.reach", tooltip="What this agent reaches"),
    ]

    choice = getters.query_one(Choice)
    rows = getters.query_one("#list", Rows)
    detail = getters.query_one("#detail", Pane)

    def __init__(self) -> None:
        super().__init__()
        self._shapes = lists.shapes(lambda: self.as_of)
        self._around: queries.Around | None = None

    @property
    def noun(self) -> str:
        """The list that is shown."""
        return self.choice.chosen.lower()

    def body(self) -> Iterable[Widget]:
        """The choice of lists, the list, the detail."""
        yield FilterLine()
        yield Choice([noun.title() for noun in queries.NOUNS])
        yield Horizontal(Rows(self._shapes["agents"], id="list"), Pane("Detail", id="detail"), id="panes")

    def show(self, assessment: Assessment) -> None:
        """Ask for sizes and rows."""
        said = assessment.overview
        whole = sum(said.identities.values())
        words = f"{say.count(said.agents, 'agent')}, {say.count(whole, 'identity', 'identities')}"
        own = figures.left_out(said)
        self.headline.answer((words, "bold"), (f" · {own}" if own else "", "$text-muted"), brief=words)
        self.ask(lambda: queries.sizes(assessment), self._show_sizes, "sizes")
        self._show_noun()

    def _show_sizes(self, sizes: dict[str, int]) -> None:
        self.choice.show({noun.title(): size for noun, size in sizes.items()})

    def _show_noun(self) -> None:
        assessment, noun = self.assessment, self.noun
        if assessment is None:
            return
        self.rows.border_title = noun.title()
        self.rows.show(pl.DataFrame(), self._shapes[noun])
        self.rows.say("Reading …")
        self.ask(lambda: queries.rows(assessment, noun, lists.WANTED[noun]), self._show_rows, "rows")

    def _show_rows(self, frame: pl.DataFrame) -> None:
        self.rows.show(frame, self._shapes[self.noun])

    def action_turn(self, by: int) -> None:
        """Another list."""
        self.choice.turn(by)

    def action_reach(self) -> None:
        """The ways of the chosen agent."""
        if self.rows.row is not None:
            self.go("3", str(self.rows.row["key"]))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only agents have a drawing."""
        if action == "reach":
            return True if self.is_mounted and self.noun == "agents" and self.rows.row is not None else None
        return super().check_action(action, parameters)

    @on(Choice.Chosen)
    def _chosen(self) -> None:
        self._show_noun()

    @on(Rows.Moved, "#list")
    def _moved(self, message: Rows.Moved) -> None:
        row, assessment, noun = message.row, self.assessment, self.noun
        self._around = None
        self.offer((noun, row is None))
        if row is None or assessment is None:
            self.detail.show([])
            return
        key = row["key"]
        self.ask_at_rest(lambda: (noun, queries.around(assessment, noun, key)), self._show_around, "detail")

    def _show_around(self, answer: tuple[str, queries.Around]) -> None:
        noun, self._around = answer
        as_of = self.assessment.overview.as_of if self.assessment else None
        self.detail.show(page.thing(noun, self._around, as_of))

    @on(Rows.Opened, "#list")
    def _opened(self) -> None:
        if self._around is not None and self.assessment is not None:
            blocks = page.thing(self.noun, self._around, self.assessment.overview.as_of)
            self.app.push_screen(Evidence(self.noun.title(), blocks))
