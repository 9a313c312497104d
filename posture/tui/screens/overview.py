"""Where we stand and what cannot wait."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
from textual import getters, on
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from posture.model.assessment import Assessment
from posture.model.overview import Overview as Figures
from posture.tui import say
from posture.tui.commands import Command, Commands
from posture.tui.screen import PostureScreen
from posture.tui.widgets import bars, prose
from posture.tui.widgets.drawn import Draw, Drawn, ends, fit
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
        self.headline.answer(*_gap_words(said), brief=say.count(sum(said.gaps.values()), "gap"))
        self.notice.show(_notice(said, getattr(self.app, "sample", False)))
        self.pane("stand").show(_stand(said))
        self.pane("burn").draw(lambda width: _burn(said, width))
        self.pane("frameworks").draw(lambda width: _frameworks(said, width))
        self.pane("changes").border_title = f"Since {said.baseline}" if said.baseline else "Since last time"
        self.pane("changes").show(_changes(said))
        frame = pl.DataFrame([entry.model_dump() for entry in said.immediate], schema=_SCHEMA)
        self.rows.styles.height = min(max(frame.height, 3), 6)
        self.rows.show(frame)
        self.ask(lambda: _chokes(assessment), self._show_chokes, "choke points")

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
        self.why.show(prose.draw([prose.text(f"why: {row['why']}", "$text-muted italic")] if row else []))

    @on(Rows.Opened)
    async def _opened(self, message: Rows.Opened) -> None:
        self.call_later(self.run_action, f"app.go('5', {str(message.row['step'])!r})")

    def _show_chokes(self, frame: pl.DataFrame) -> None:
        self.pane("chokes").draw(lambda width: _choke_lines(frame, width))


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


def _gap_words(said: Figures) -> list[str | tuple[str, str]]:
    words = [f"{number:,} {severity}" for severity, number in said.gaps.items() if number]
    return [("gaps: ", "$text-muted"), " · ".join(words)] if words else [("no gap found", "$text-muted")]


def _notice(said: Figures, sample: bool) -> Draw:
    blocks = []
    if sample:
        own = Content.assemble(
            ("An invented company.", "$primary"), " Yours: ", ("posture open FOLDER", "bold")
        )
        blocks.append(prose.line(own, Content("how: posture sources")))
    if said.errors:
        first = Content.styled(f"▲ {say.count(len(said.errors), 'check')} failed: {said.errors[0]}", "$error")
        blocks.append(prose.line(first, Content.styled("7 Sources", "$text-muted")))
    if said.blind:
        more = f" and {len(said.blind) - 1} more" if len(said.blind) > 1 else ""
        words = Content.assemble(
            (f"{say.HATCH} Not seen: ", "$warning"), said.blind[0], (more, "$text-muted")
        )
        blocks.append(prose.line(words, Content.styled("7 Sources", "$text-muted")))
    return prose.draw(blocks)


def _stand(said: Figures) -> list[prose.Block]:
    score, risk = said.score, said.risk
    span = f"{score.low:.0f} to {score.high:.0f}"
    if score.shown is None or score.provisional:
        number, note = span, "too little was assessed for one number"
    else:
        capped = (
            f", capped at {score.ceiling:g}"
            if score.ceiling is not None and score.value != score.shown
            else ""
        )
        ceiling = f", cap {score.ceiling:g}" if score.ceiling is not None and not capped else ""
        number, note = f"{score.shown:.1f}", f"{span}{capped}{ceiling}"
    blind = sum(check.gap + check.clear == 0 and check.unknown > 0 for check in said.checks)
    spread = f"{say.amount(risk.low)} to {say.amount(risk.high)}"
    standing = (
        f"{said.standing_destructive * 100:.0f} %" if said.standing_destructive is not None else say.UNKNOWN
    )
    return [
        _figure("Controls", number, note),
        _figure("Path risk", say.amount(risk.total), spread),
        _figure(
            "Coverage",
            f"{score.coverage:.0f} %",
            f"{say.count(blind, 'check')} blind" if blind else "no check blind",
        ),
        _figure("Standing", standing, "of destructive rights have no end"),
        _figure(
            "Agents",
            f"{said.agents:,}",
            f"with {say.count(said.tools, 'tool')}, {say.count(said.systems, 'system')}",
        ),
        _figure("Identities", f"{sum(said.identities.values()):,}", _classes(said)),
    ]


def _classes(said: Figures) -> str:
    named = (
        f"{number:,} {word}" for word, number in sorted(said.identities.items(), key=lambda e: (-e[1], e[0]))
    )
    return ", ".join(named) or "none read"


def _figure(label: str, number: str, note: str) -> prose.Block:
    def lines(width: int) -> list[Content]:
        said = Content.assemble(
            (label.ljust(11), "$text-muted"), (number.rjust(8), "bold"), "   ", (note, "$text-muted")
        )
        return [said.truncate(max(width, 1), ellipsis=True)]

    return lines


def _burn(said: Figures, width: int) -> Content:
    risk = said.risk
    start, end = say.amount(risk.total), say.amount(risk.after_plan)
    drawn = bars.curve(risk.burn, max(width - len(start) - len(end) - 4, 2), rows=2)
    if not drawn:
        return Content.styled("No step lowers the path risk.", "$text-muted")
    hours = next((hour for hour, left in risk.burn if left <= risk.after_wave0), risk.burn[-1][0])
    first = 1 - risk.after_wave0 / risk.total if risk.total else 0.0
    words = f"first wave: −{say.share(first)} in {say.effort(hours)} of work"
    whole = f"all: {say.effort(risk.burn[-1][0])}"
    indent = " " * (len(start) + 2)
    return Content("\n").join(
        (
            Content.assemble((start, "bold"), "  ", (drawn[0], "$primary")),
            Content.assemble(indent, (drawn[1], "$primary"), "  ", (end, "bold")),
            ends(Content(words), Content.styled(whole, "$text-muted"), width),
        )
    )


def _frameworks(said: Figures, width: int) -> Content:
    if not said.frameworks:
        return Content.styled("No framework was evaluated.", "$text-muted")
    name = min(max(len(entry.title) for entry in said.frameworks), max(width // 4, 12))
    words = 44
    room = width - name - words - 4
    lines = []
    for entry in said.frameworks:
        parts = [Content(fit(entry.title, name)), Content("  ")]
        if room >= 10:
            parts += [bars.stacked(entry.counts, min(room, 40)), Content("  ")]
        lines.append(Content.assemble(*parts, bars.counted(entry.counts)).truncate(width, ellipsis=True))
    return Content("\n").join(lines)


def _changes(said: Figures) -> list[prose.Block]:
    if not said.changes:
        return [
            prose.text(
                "Nothing to compare with yet. Runs kept in a workspace show here what changed.", "$text-muted"
            )
        ]
    looks = {"+": "bold", "-": "$text-muted", "~": "$warning"}
    return [
        prose.line(Content.assemble((change.mark, looks.get(change.mark, "")), " ", change.says))
        for change in said.changes
    ]


def _chokes(assessment: Assessment) -> pl.DataFrame:
    ordered = assessment.tables["chokes"].sort(["share", "key"], descending=[True, False])
    return ordered.head(6).collect()


def _choke_lines(frame: pl.DataFrame, width: int) -> Content:
    if not frame.height:
        return Content.styled("No single point carries a share of the risk.", "$text-muted")
    name = max(width * 11 // 20, 10)
    room = max(width - name - 8, 2)
    whole = max(*(float(share) for share in frame["share"]), 0.01)
    return Content("\n").join(
        Content.assemble(
            fit(row["name"] or row["key"], name),
            "  ",
            (bars.bar(row["share"] / whole, room), "$primary"),
            (say.share(row["share"]).rjust(6), ""),
        )
        for row in frame.iter_rows(named=True)
    )
