"""What is missing, worst first; and, with one key, what could not be decided."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

import polars as pl
from textual import getters, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from posture.model.assessment import Assessment
from posture.tui import say
from posture.tui.commands import Command, Commands
from posture.tui.desk import Said
from posture.tui.dialogs.decide import Decide
from posture.tui.dialogs.evidence import Evidence
from posture.tui.lists import gaps as lists
from posture.tui.pages import gap as page
from posture.tui.queries import gaps as queries
from posture.tui.screen import PostureScreen
from posture.tui.widgets.filter_line import FilterLine
from posture.tui.widgets.pane import Pane
from posture.tui.widgets.rows import Row, Rows


class GapCommands(Commands):
    """What this screen offers by name."""

    def commands(self) -> Iterable[Command]:
        """Both lists, and the way to the plan."""
        screen = self.screen
        if isinstance(screen, Gaps):
            yield ("Gaps or unknowns", "Switch between the two lists", screen.action_unknowns)
            yield ("Step that closes this gap", "Open it in the plan", screen.action_step)


class Gaps(PostureScreen, key="4", label="Gaps"):
    """A list, its detail, and the evidence on enter."""

    QUESTION = "What is missing, worst first?"
    HELP = (
        "Gaps that have one cause are one row. A gap that could turn out worse, once something "
        "unknown is known, "
        "carries +?.\n"
        "Unknown is not clear: u lists what no check could decide, and what would help."
    )
    COMMANDS = {GapCommands}  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "u", "unknowns", "Unknowns", id="gaps.unknowns", tooltip="What no check could decide, and back"
        ),
        Binding("p", "step", "Plan step", id="gaps.step", tooltip="The step of the plan that closes it"),
        Binding("d", "decide", "Decide", id="gaps.decide", tooltip="Owner, triage, false positive, accept"),
    ]

    rows = getters.query_one("#list", Rows)
    detail = getters.query_one("#detail", Pane)

    def __init__(self) -> None:
        super().__init__()
        self._shape = lists.shape(lambda: self.as_of)
        self._known: queries.Known | None = None
        self._row: Row | None = None
        self._unknowns = False

    def body(self) -> Iterable[Widget]:
        """List and detail, side by side where there is room."""
        yield FilterLine()
        yield Horizontal(Rows(self._shape, id="list"), Pane("Detail", id="detail"), id="panes")

    def show(self, assessment: Assessment) -> None:
        """Ask for the rows."""
        self.rows.border_title = "Unknowns" if self._unknowns else "Gaps"
        self.rows.say("Reading …")
        question = queries.unknowns if self._unknowns else queries.grouped
        self.ask(lambda: question(assessment), self._show_rows, "gaps")

    def _show_rows(self, frame: pl.DataFrame) -> None:
        self.rows.show(frame, lists.UNKNOWNS if self._unknowns else self._shape)
        overview = self.assessment.overview if self.assessment else None
        unknown = sum(check.unknown for check in overview.checks) if overview else 0
        total = sum(overview.gaps.values()) if overview else 0
        words = f"{say.HATCH} {unknown:,} undecided"
        self.headline.answer((say.count(total, "gap"), "bold"), " · ", (words, "$warning" if unknown else ""))

    def action_unknowns(self) -> None:
        """The other list."""
        self._unknowns = not self._unknowns
        if self.assessment:
            self.show(self.assessment)

    def action_step(self) -> None:
        """Where the plan closes this gap."""
        if self._known and self._known.step.height:
            self.go("5", str(self._known.step["id"][0]))

    def action_decide(self) -> None:
        """Ask what to make of every gap of the row, as they are now."""
        row = self._row
        if row is None or self.desk is None:
            return
        self.app.push_screen(
            Decide(f"{row['title']}: {lists.subject(row)[0]}"),
            partial(self._decided, row["check"], row["cause"]),
        )

    def _decided(self, check: str, cause: str, said: Said | None) -> None:
        assessment = self.assessment
        if said is not None and assessment is not None:
            self.ask(lambda: queries.ids(assessment, check, cause), partial(self._tell, said), "decide")

    def _tell(self, said: Said, ids: tuple[str, ...]) -> None:
        self.post_message(self.Decide({**said, "findings": ids}))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No step, no way there; nothing to decide where decisions are not kept."""
        if action == "decide":
            return False if self.desk is None else self._row is not None or None
        if action == "step":
            return True if self._known is not None and self._known.step.height else None
        return super().check_action(action, parameters)

    @on(Rows.Moved, "#list")
    def _moved(self, message: Rows.Moved) -> None:
        row, assessment = message.row, self.assessment
        self._known, self._row = None, None if self._unknowns else row
        if row is None or assessment is None:
            self.detail.show([])
            self.offer(False)
        elif self._unknowns:
            self.offer(False)
            self.detail.show(page.unknown(row))
        else:
            check, cause, about = row["check"], row["cause"], row["subject"]
            self.ask_at_rest(
                lambda: (row, queries.known(assessment, check, cause, about)), self._show_known, "evidence"
            )

    def _show_known(self, answer: tuple[Row, queries.Known]) -> None:
        row, self._known = answer
        self.detail.show(page.gap(row, self._known, self.assessment, few=True))
        self.offer(self._known.step.height > 0)

    @on(Rows.Opened, "#list")
    def _opened(self, message: Rows.Opened) -> None:
        if self._unknowns:
            self.app.push_screen(Evidence("What could not be decided", page.unknown(message.row)))
        elif self._known is not None:
            blocks = page.gap(message.row, self._known, self.assessment, few=False)
            self.app.push_screen(Evidence("Evidence", blocks))
