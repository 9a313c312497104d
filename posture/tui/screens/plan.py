"""In what order, why, by when, and what is left after each step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import polars as pl
from textual import getters, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from posture.model.assessment import Assessment
from posture.model.overview import Risk
from posture.tui import say
from posture.tui.commands import Command, Commands
from posture.tui.dialogs.evidence import Evidence
from posture.tui.lists import plan as lists
from posture.tui.pages import step as page
from posture.tui.pages import what_if as page_if
from posture.tui.queries import plan as queries
from posture.tui.screen import PostureScreen
from posture.tui.widgets.filter_line import FilterLine
from posture.tui.widgets.pane import Pane
from posture.tui.widgets.rows import Row, Rows


class PlanCommands(Commands):
    """What this screen offers by name."""

    def commands(self) -> Iterable[Command]:
        """The first step, and the step's page."""
        screen = self.screen
        if isinstance(screen, Plan):
            yield ("First step", "Go to the top of the order", screen.rows.action_first)
            yield ("Everything about this step", "Open its page", screen.rows.action_open)
            yield ("Leave this step out", "Or put it back", screen.action_leave_out)
            yield ("Compare with the whole plan", "What the steps left out change", screen.action_compare)
            yield ("Put every step back", "The whole plan again", screen.action_reset)


_LANES = (("order", "in order"), ("control", "beside it"))


class Plan(PostureScreen, key="5", label="Plan"):
    """The curve on top, the steps below, the chosen one in words."""

    CSS_PATH = "plan.tcss"
    QUESTION = "What do we do first, why, and by when?"
    HELP = (
        "Steps in order: what cannot wait first, then what removes most path risk per hour of "
        "work, with the order "
        "that each subject needs. The curve shows the risk that is left over hours of work; the "
        "mark under it is "
        "the chosen step.\n"
        "Steps with c before their number are the control lane: they close gaps without lowering path risk. "
        "With ! their date will have passed when they are done in order.\n"
        "space leaves a step out and shows what that leaves open: the curve, what is left after each other "
        "step, and with w both plans side by side. Nothing is decided by it."
    )
    COMMANDS = {PlanCommands}  # noqa: RUF012

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space", "leave_out", "Leave out", id="plan.toggle", tooltip="Leave this step out, or put it back"
        ),
        Binding("w", "compare", "Compare", id="plan.compare", tooltip="Both plans side by side"),
        Binding("b", "reset", "All back", id="plan.reset", tooltip="Put every step back"),
    ]

    rows = getters.query_one("#list", Rows)
    detail = getters.query_one("#detail", Pane)
    burn = getters.query_one("#burn", Pane)

    def __init__(self) -> None:
        super().__init__()
        self._hanging: queries.Hanging | None = None
        self._arriving = ""
        self._shape = lists.shape(lambda: self.as_of)
        self._steps = pl.DataFrame()
        self._out: frozenset[str] = frozenset()
        """Steps left out, as last asked for."""
        self._found: queries.Scenario | None = None
        """What that comes to; of an earlier set while the newest is being tried."""

    def body(self) -> Iterable[Widget]:
        """Curve, list, detail."""
        yield FilterLine()
        yield Pane("Risk left over hours of work", id="burn")
        yield Horizontal(Rows(self._shape, id="list"), Pane("Step", id="detail"), id="panes")

    def show(self, assessment: Assessment) -> None:
        """Ask for the steps."""
        self.burn.can_focus = False
        self.rows.border_title = "Steps"
        self.rows.say("Reading …")
        self._out, self._found = frozenset(), None
        self.ask(lambda: queries.steps(assessment), self._show_steps, "steps")

    def arrive(self, at: str) -> None:
        """On this step."""
        self._arriving = at
        self.rows.go_to(at)

    def _show_steps(self, frame: pl.DataFrame) -> None:
        self._steps = frame
        lanes = (
            [(frame.filter(pl.col("lane") == lane), word) for lane, word in _LANES] if frame.height else []
        )
        sizes = [
            f" · {rows.height:,} {word}, {say.effort(float(rows['effort'].sum()))}"
            for rows, word in lanes
            if rows.height
        ]
        self.rows.border_title = "Steps" + "".join(sizes)
        self._draw()
        if self._arriving:
            self.rows.go_to(self._arriving)

    def _draw(self) -> None:
        """The list, the answer and the line under the curve, as they stand now."""
        risk = self.assessment.overview.risk if self.assessment else Risk()
        found = self._found if self._found and self._found.out else None
        self.rows.show(queries.marked(self._steps, self._out, found) if self._steps.height else self._steps)
        end = found.tried.left.risk if found else risk.after_plan
        short = f"{say.amount(risk.total)} → {say.amount(end)}"
        rest = (
            (f" instead of {say.amount(risk.after_plan)}", "$warning")
            if found and say.amount(end) != say.amount(risk.after_plan)
            else (f" · no plan gets below {say.amount(risk.floor)}", "$text-muted")
        )
        self.headline.answer((short, "bold"), rest, brief=short)
        trying = bool(self._out) and (self._found is None or self._found.out != self._out)
        words = "trying …" if trying else page_if.summary(found) if found else ""
        self.burn.border_subtitle = words
        self.offer((bool(self._out), found is not None))

    def action_leave_out(self) -> None:
        """Leave the chosen step out, or put it back."""
        row = self.rows.row
        if row is not None and self.desk is not None:
            self._try(self._out ^ {row["id"]})

    def action_reset(self) -> None:
        """The whole plan."""
        self._try(frozenset())

    def _try(self, out: frozenset[str]) -> None:
        """Mark them at once; what it comes to follows when it is known."""
        desk = self.desk
        if desk is None:
            return
        self._out = out
        self._draw()
        self.ask(lambda: queries.scenario(desk.trying(), out), self._tried, "what if")

    def _tried(self, answer: queries.Scenario | queries.Refused) -> None:
        if isinstance(answer, queries.Refused):
            self._forget()
            self.notify(answer.says, title="Not left out", severity="warning", markup=False)
        else:
            self._found = answer
        self._draw()

    def _forget(self) -> None:
        """Back to the last set that was tried."""
        self._out = self._found.out if self._found else frozenset()

    def failed(self, about: str) -> None:
        """What could not be tried is not left out."""
        super().failed(about)
        if about == "what if":
            self._forget()
            self._draw()

    def action_compare(self) -> None:
        """Both plans side by side."""
        if self._found is not None and self._out:
            steps = queries.marked(self._steps, self._found.out, self._found)
            self.app.push_screen(Evidence("What if", page_if.comparison(self._found, steps)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing to try without a desk; nothing to compare with while every step is in."""
        if action == "leave_out":
            return self.desk is not None
        if action in ("compare", "reset"):
            return False if not self._out else True if action == "reset" or self._found else None
        return super().check_action(action, parameters)

    @on(Rows.Moved, "#list")
    def _moved(self, message: Rows.Moved) -> None:
        row, assessment = message.row, self.assessment
        self._hanging = None
        if row is None or assessment is None:
            self.detail.show([])
            risk = assessment.overview.risk if assessment else Risk()
            self.burn.draw(lambda width: page_if.curve(risk, None, None, width))
            return
        overview = assessment.overview
        self.detail.show(page.step(row, None, overview.as_of, overview.risk.total, few=True))
        found = self._found if self._found and self._found.out else None
        self.burn.draw(lambda width: page_if.curve(overview.risk, row, found, width))
        step = row["id"]
        self.ask_at_rest(lambda: (row, queries.hanging(assessment, step)), self._show_hanging, "step")

    def _show_hanging(self, answer: tuple[Row, queries.Hanging]) -> None:
        row, self._hanging = answer
        if self.assessment:
            overview = self.assessment.overview
            self.detail.show(page.step(row, self._hanging, overview.as_of, overview.risk.total, few=True))

    @on(Rows.Opened, "#list")
    def _opened(self, message: Rows.Opened) -> None:
        if self.assessment:
            overview = self.assessment.overview
            blocks = page.step(message.row, self._hanging, overview.as_of, overview.risk.total, few=False)
            self.app.push_screen(Evidence("Step", blocks))
