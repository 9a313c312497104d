"""In what order, why, by when, and what is left after each step."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
from textual import getters, on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget

from posture.model.assessment import Assessment
from posture.model.overview import Risk
from posture.tui import say
from posture.tui.commands import Command, Commands
from posture.tui.dialogs.evidence import Evidence
from posture.tui.lists import plan as lists
from posture.tui.pages import step as page
from posture.tui.queries import plan as queries
from posture.tui.screen import PostureScreen
from posture.tui.widgets import bars
from posture.tui.widgets.drawn import ends
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
        "Steps with c before their number are the control lane: they close gaps without lowering path risk."
    )
    COMMANDS = {PlanCommands}  # noqa: RUF012

    rows = getters.query_one("#list", Rows)
    detail = getters.query_one("#detail", Pane)
    burn = getters.query_one("#burn", Pane)

    def __init__(self) -> None:
        super().__init__()
        self._hanging: queries.Hanging | None = None
        self._arriving = ""
        self._shape = lists.shape(lambda: self.as_of)

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
        risk = assessment.overview.risk
        self.headline.answer(
            (f"{say.amount(risk.total)} → {say.amount(risk.after_plan)}", "bold"),
            (f" · no plan gets below {say.amount(risk.floor)}", "$text-muted"),
            brief=f"{say.amount(risk.total)} → {say.amount(risk.after_plan)}",
        )
        self.burn.draw(lambda width: _curve(risk, None, width))
        self.ask(lambda: queries.steps(assessment), self._show_steps, "steps")

    def arrive(self, at: str) -> None:
        """On this step."""
        self._arriving = at
        self.rows.go_to(at)

    def _show_steps(self, frame: pl.DataFrame) -> None:
        self.rows.show(frame)
        hours = frame["effort"].sum() if frame.height else 0
        self.rows.border_title = f"Steps · {frame.height:,} · {say.effort(round(float(hours), 1))}"
        if self._arriving:
            self.rows.go_to(self._arriving)

    @on(Rows.Moved, "#list")
    def _moved(self, message: Rows.Moved) -> None:
        row, assessment = message.row, self.assessment
        self._hanging = None
        if row is None or assessment is None:
            self.detail.show([])
            return
        overview = assessment.overview
        self.detail.show(page.step(row, None, overview.as_of, overview.risk.total, few=True))
        self.burn.draw(lambda width: _curve(overview.risk, row, width))
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


def _curve(risk: Risk, row: Row | None, width: int) -> Content:
    start, end = say.amount(risk.total), say.amount(risk.after_plan)
    side = len(start) + 2
    room = max(width - side - len(end) - 2, 2)
    drawn = bars.curve(risk.burn, room, rows=2)
    if not drawn:
        return Content.styled("No step lowers the path risk.", "$text-muted")
    lines = [
        Content.assemble((start, "bold"), "  ", (drawn[0], "$primary")),
        Content.assemble(" " * side, (drawn[1], "$primary"), "  ", (end, "bold")),
    ]
    point = next((hour for hour, left in risk.burn if row is not None and left <= row["risk_after"]), None)
    if row is None or point is None or row["lane"] != "order":
        lines.append(
            ends(Content(""), Content.styled(f"{say.effort(risk.burn[-1][0])} of work", "$text-muted"), width)
        )
    else:
        at = round(point / risk.burn[-1][0] * (room - 1))
        words = f"after step {row['n']}: {say.effort(point)} of work, {say.amount(row['risk_after'])} left"
        before = at + side
        if before + len(words) + 2 <= width:
            lines.append(Content.assemble(" " * before, ("▲ ", "$primary"), words))
        else:
            lines.append(Content.assemble(" " * max(before - len(words) - 1, 0), words, (" ▲", "$primary")))
    return Content("\n").join(lines)
