"""Which controls have gaps, and which are not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

import polars as pl
from textual import getters, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget

from posture.model.assessment import Assessment
from posture.tui import say
from posture.tui.commands import Command, Commands
from posture.tui.desk import Said
from posture.tui.dialogs.attest import Attest
from posture.tui.dialogs.evidence import Evidence
from posture.tui.queries import frameworks as queries
from posture.tui.screen import PostureScreen
from posture.tui.widgets import prose
from posture.tui.widgets.bars import STATUS_LOOKS
from posture.tui.widgets.drawn import seen
from posture.tui.widgets.filter_line import FilterLine
from posture.tui.widgets.pane import Pane
from posture.tui.widgets.rows import Cell, Column, Row, Rows, Shape

LOOKS = {"gap": "strong", "expired": "caution", "partial": "caution", "unknown": "unknown"}
EVIDENCE = {
    "tool": "by the tool",
    "mixed": "tool and people",
    "human": "people say",
    "outside": "out of sight",
}
LEGEND = (
    "Clear means no gap found by the listed checks on what was assessed. It is not a statement of compliance."
)


def _status(row: Row) -> Cell:
    word = row["status"]
    return f"{STATUS_LOOKS[word][0]} {word}", LOOKS.get(word, "muted")


def _number(name: str, row: Row) -> Cell:
    return (f"{row[name]:,}", "") if row[name] else ("–", "muted")


CONTROLS = Shape(
    columns=(
        Column("Status", _status, 16, sort=("place", "control")),
        Column("Control", lambda row: (row["control"], ""), 12, sort=("control",)),
        Column("Title", lambda row: (row["title"], ""), 16, grow=1, sort=("title",)),
        Column("Evidence", lambda row: (EVIDENCE[row["evidence"]], "muted"), 15, wide=84, sort=("evidence",)),
        Column("Gaps", lambda row: _number("gaps", row), 5, right=True, sort=("gaps",), descending=True),
        Column(
            "Unkn.",
            lambda row: _number("unknowns", row),
            5,
            right=True,
            wide=70,
            sort=("unknowns",),
            descending=True,
        ),
    ),
    key="key",
    search=("control", "title", "status", "evidence", "because"),
    empty=("No control of this framework has a status.", "Its checks are cited beside the findings only."),
)

FRAMEWORKS = Shape(
    columns=(
        Column("Framework", lambda row: (row["title"], "strong"), 14, grow=1),
        Column("Gap", lambda row: _number("gap", row), 4, right=True),
        Column("Partial", lambda row: _number("is partial", row), 7, right=True, wide=44),
        Column("Unkn.", lambda row: _number("is unknown", row), 5, right=True),
    ),
    key="framework",
    search=("title",),
    empty=("No framework was", "evaluated."),
)


class FrameworkCommands(Commands):
    """What this screen offers by name."""

    def commands(self) -> Iterable[Command]:
        """Every framework."""
        screen = self.screen
        if isinstance(screen, Frameworks) and screen.assessment:
            for entry in screen.assessment.overview.frameworks:
                yield (
                    entry.title,
                    "Controls of this framework",
                    partial(screen.frameworks.go_to, entry.framework),
                )
            yield ("Answer a question", "What only people can say of this control", screen.action_attest)


class Frameworks(PostureScreen, key="6", label="Frameworks"):
    """Frameworks, the controls of one, and why a control stands where it stands."""

    CSS_PATH = "frameworks.tcss"
    AUTO_FOCUS = "#frameworks"
    QUESTION = "Which controls have gaps, and which are not known?"
    HELP = (
        "We report gaps against a framework, never conformity with it.\n" + LEGEND + "\n"
        "Partial: what was assessed is clear, but something was not assessed or not attested. "
        "Unknown: nothing was assessed and nobody attested.\n"
        "a answers a question that only people can answer. An answer without evidence counts as partly, and "
        "a gap that the tool finds wins over any answer."
    )
    COMMANDS = {FrameworkCommands}  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "attest", "Answer", id="frameworks.attest",
                tooltip="Answer a question that only people can answer"),
    ]  # fmt: skip

    frameworks = getters.query_one("#frameworks", Rows)
    rows = getters.query_one("#list", Rows)
    detail = getters.query_one("#detail", Pane)

    def __init__(self) -> None:
        super().__init__()
        self._questions: tuple[queries.Asked, ...] = ()

    def body(self) -> Iterable[Widget]:
        """Frameworks beside or above their controls."""
        yield FilterLine()
        yield Horizontal(
            Rows(FRAMEWORKS, id="frameworks"),
            Vertical(Rows(CONTROLS, id="list"), Pane("Control", id="detail"), id="side"),
            id="panes",
        )

    def show(self, assessment: Assessment) -> None:
        """The frameworks are in the overview."""
        self.frameworks.border_title = "Frameworks"
        self.frameworks.show(queries.counted(assessment))

    @on(Rows.Moved, "#frameworks")
    def _framework(self, message: Rows.Moved) -> None:
        row, assessment = message.row, self.assessment
        if row is None or assessment is None:
            self.headline.answer()
            self.rows.show(pl.DataFrame())
            return
        self.rows.border_title = seen(Content(row["title"]))
        words = [f"{row[f'is {word}']:,} {word}" for word in STATUS_LOOKS if row[f"is {word}"]]
        every = say.count(row["controls"], "control")
        self.headline.answer(f"{every}: {' · '.join(words)}", brief=f"{row['gap']:,} of {every}")
        framework = row["framework"]
        self.ask(lambda: queries.controls(assessment, framework), self.rows.show, "controls")

    @on(Rows.Opened, "#frameworks")
    def _to_controls(self) -> None:
        self.rows.focus()

    @on(Rows.Moved, "#list")
    def _control(self, message: Rows.Moved) -> None:
        row, assessment = message.row, self.assessment
        self._questions = ()
        self.detail.show(_page(row, assessment, ()) if row and assessment else [])
        self.offer(None)
        if row is not None and assessment is not None:
            key = row["key"]
            self.ask_at_rest(
                lambda: (row, queries.questions(assessment, key)), self._show_control, "questions"
            )

    def _show_control(self, answer: tuple[Row, tuple[queries.Asked, ...]]) -> None:
        row, self._questions = answer
        if self.assessment:
            self.detail.show(_page(row, self.assessment, self._questions))
        self.offer(self._questions)

    def action_attest(self) -> None:
        """Answer a question of the chosen control."""
        if self._questions and self.desk is not None:
            self.app.push_screen(Attest(self._questions), self._attested)

    def _attested(self, said: Said | None) -> None:
        if said is not None:
            self.post_message(self.Attest(said))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where somebody keeps the answer and the control has a question."""
        if action == "attest":
            return self.desk is not None and (bool(self._questions) or None)
        return super().check_action(action, parameters)

    @on(Rows.Opened, "#list")
    def _opened(self, message: Rows.Opened) -> None:
        if self.assessment:
            self.app.push_screen(Evidence("Control", _page(message.row, self.assessment, self._questions)))

    async def action_back(self) -> None:
        """From the controls to the frameworks, then as everywhere."""
        if self.focused is not self.frameworks and not self.query_one(FilterLine).value:
            self.frameworks.focus()
        else:
            await super().action_back()


def _page(row: Row, assessment: Assessment, asked: Sequence[queries.Asked]) -> list[prose.Block]:
    mark, look = STATUS_LOOKS[row["status"]]
    counts = f"{row['gaps']:,} gap, {row['clears']:,} clear, {row['unknowns']:,} unknown"
    blocks = [
        prose.text(Content.assemble((f"{row['control']}  ", "bold"), (row["title"], "bold"))),
        prose.text(f"{mark} {row['status']}", look),
        prose.fact("evidence", f"{EVIDENCE[row['evidence']]}: {counts}"),
    ]
    if row["because"]:
        blocks.append(prose.fact("because", row["because"]))
    for number, check in enumerate(queries.speaking(assessment, row["key"])):
        counts = f"{check.gap:,} gap, {check.clear:,} clear, {check.unknown:,} unknown"
        blocks.append(prose.fact("checks" if number == 0 else "", f"{check.title}: {counts}"))
    for number, one in enumerate(asked):
        look = "$warning" if one.stands.startswith(say.HATCH) else ""
        blocks.append(prose.fact("people say" if number == 0 else "", f"{one.id} {one.question}"))
        blocks.append(prose.fact("", one.stands, look))
    blocks.append(prose.text(LEGEND, "$text-muted"))
    return blocks
