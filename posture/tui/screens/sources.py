"""What could be seen, what could not, and what would help."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

import polars as pl
from textual import getters, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget

from posture.model.assessment import Assessment
from posture.model.keys import short
from posture.tui import say
from posture.tui.commands import Command, Commands
from posture.tui.dialogs.evidence import Evidence
from posture.tui.queries import sources as queries
from posture.tui.screen import PostureScreen
from posture.tui.widgets import prose
from posture.tui.widgets.choice import Choice
from posture.tui.widgets.drawn import seen
from posture.tui.widgets.filter_line import FilterLine
from posture.tui.widgets.pane import Pane
from posture.tui.widgets.rows import Cell, Column, Row, Rows, Shape

STATES = {
    "unread": ("▒▒ not read", "unknown"),
    "partial": ("▒  partly", "caution"),
    "complete": ("□  complete", ""),
}
OUTCOMES = {
    "failed": ("▒▒ failed", "unknown"),
    "partial": ("▒  partly", "caution"),
    "absent": ("▒▒ absent", "unknown"),
    "skipped": ("·  skipped", "muted"),
    "read": ("□  read", ""),
}
LISTS = {"Coverage": queries.coverage, "Files": queries.files, "Conflicts": queries.conflicts}

COVERAGE = Shape(
    columns=(
        Column("Seen", lambda row: STATES[row["state"]], 12, sort=("place",)),
        Column("What", lambda row: (row["table"].replace("_", " "), "strong"), 13, sort=("table",)),
        Column(
            "Where",
            lambda row: (short(row["scope"]) if row["scope"] else "everywhere", ""),
            16,
            sort=("scope",),
        ),
        Column("Source", lambda row: (row["source"] or "–", "muted"), 14, wide=84, sort=("source",)),
        Column("Why", lambda row: (row["why"] or "", "muted"), 12, grow=2),
        Column("Would help", lambda row: (row["would_help"] or "", ""), 12, grow=2, wide=110),
    ),
    key="key",
    search=("table", "scope", "source", "state", "why", "would_help"),
    empty=(
        "Nothing says what was read.",
        "posture open FOLDER reads exports; posture sources says how to make them.",
    ),
)
CONFLICTS = Shape(
    columns=(
        Column(
            "Risk",
            lambda row: ("lowered", "caution") if row["lowers_risk"] else ("–", "muted"),
            8,
            sort=("lowers_risk",),
            descending=True,
        ),
        Column("What", lambda row: (short(row["node"]), "strong"), 14, grow=1, sort=("node",)),
        Column("Fact", lambda row: (row["column"], ""), 14, sort=("column",)),
        Column("Kept", lambda row: (f"{row['kept']} ({row['kept_from']})", ""), 16, grow=1),
        Column("Instead of", lambda row: (f"{row['other']} ({row['other_from']})", "muted"), 16, grow=1),
    ),
    key="key",
    search=("table", "node", "column", "kept", "other", "kept_from", "other_from"),
    empty=("No two sources contradict each other.",),
)


def _bytes(row: Row) -> Cell:
    size = row["bytes"] or 0
    return (
        f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB" if size >= 1e3 else f"{size} B"
    ), "muted"


class SourceCommands(Commands):
    """What this screen offers by name."""

    def commands(self) -> Iterable[Command]:
        """Every list."""
        screen = self.screen
        if isinstance(screen, Sources):
            for name in LISTS:
                yield (f"List {name.lower()}", "Sources", partial(screen.choice.choose, name))


class Sources(PostureScreen, key="7", label="Sources"):
    """Coverage, files and conflicts, each as a list with its detail."""

    QUESTION = "What can we not see, and what would help?"
    HELP = (
        "Nothing that was not read looks healthy: every blind spot makes verdicts unknown, and "
        "says which permission, "
        "file or command would close it. n turns to the files that were looked at, and to the facts on which "
        "sources contradict each other."
    )
    COMMANDS = {SourceCommands}  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "turn(1)", "Next list", id="sources.next", tooltip="Coverage, files, conflicts"),
        Binding(
            "N", "turn(-1)", "Previous list", show=False, id="sources.previous", tooltip="The previous list"
        ),
    ]

    choice = getters.query_one(Choice)
    rows = getters.query_one("#list", Rows)
    detail = getters.query_one("#detail", Pane)

    def __init__(self) -> None:
        super().__init__()
        files = Shape(
            columns=(
                Column("Outcome", lambda row: OUTCOMES[row["outcome"]], 12, sort=("place",)),
                Column("File", lambda row: (row["file"], "strong"), 20, grow=2, sort=("file",)),
                Column("Source", lambda row: (row["source"] or "–", "muted"), 14, sort=("source",)),
                Column("Age", self._age, 7, right=True, sort=("collected_at",)),
                Column("Size", _bytes, 8, right=True, wide=84, sort=("bytes",), descending=True),
                Column("Why", lambda row: (row["why"], "muted"), 12, grow=1, wide=96),
            ),
            key="key",
            search=("file", "source", "outcome", "why", "do"),
            empty=(
                "No file was looked at.",
                "posture open FOLDER reads exports; posture sources says how to make them.",
            ),
        )
        self._shapes = {"Coverage": COVERAGE, "Files": files, "Conflicts": CONFLICTS}

    def _age(self, row: Row) -> Cell:
        as_of = self.assessment.overview.as_of if self.assessment else None
        return (say.age(row["collected_at"], as_of), "") if row["collected_at"] else (say.UNKNOWN, "unknown")

    def body(self) -> Iterable[Widget]:
        """The choice, the list, the detail."""
        yield FilterLine()
        yield Choice(list(LISTS))
        yield Horizontal(Rows(COVERAGE, id="list"), Pane("Detail", id="detail"), id="panes")

    def show(self, assessment: Assessment) -> None:
        """Ask for all three; they are small."""
        self.rows.say("Reading …")
        self.ask(lambda: {name: ask(assessment) for name, ask in LISTS.items()}, self._show_all, "sources")

    def _show_all(self, frames: dict[str, pl.DataFrame]) -> None:
        self._frames = frames
        self.choice.show({name: frame.height for name, frame in frames.items()})
        coverage = frames["Coverage"]
        blind = coverage.filter(pl.col("state") != "complete").height
        words = (
            f"{say.HATCH} {blind:,} of {coverage.height:,} not complete"
            if coverage.height
            else "nothing read"
        )
        self.headline.answer((words, "$warning" if blind else ""), brief=f"{say.HATCH} {blind:,}")
        self._show_list()

    @on(Choice.Chosen)
    def _show_list(self) -> None:
        name = self.choice.chosen
        self.rows.border_title = name
        self.rows.show(self._frames[name], self._shapes[name])

    def action_turn(self, by: int) -> None:
        """Another list."""
        self.choice.turn(by)

    @on(Rows.Moved, "#list")
    def _moved(self, message: Rows.Moved) -> None:
        self.detail.show(self._page(message.row) if message.row else [])
        brief = ", ".join(assumed.partition(":")[0] for assumed in self._assumptions)
        self.detail.border_subtitle = seen(Content(f"assumed: {brief}" if message.row and brief else ""))

    @on(Rows.Opened, "#list")
    def _opened(self, message: Rows.Opened) -> None:
        self.app.push_screen(Evidence(self.choice.chosen, self._page(message.row)))

    @property
    def _assumptions(self) -> tuple[str, ...]:
        return self.assessment.overview.assumptions if self.assessment else ()

    def _page(self, row: Row) -> list[prose.Block]:
        """The row in words, then what is assumed of all that was read."""
        assumed = [prose.text(one) for one in self._assumptions]
        return [*_page(row), *((prose.heading("Assumed"), *assumed) if assumed else ())]


def _page(row: Row) -> list[prose.Block]:
    if "outcome" in row:
        return _file_page(row)
    if "lowers_risk" in row:
        return _conflict_page(row)
    look = "$warning" if row["state"] != "complete" else ""
    place = short(row["scope"]) if row["scope"] else "everywhere"
    blocks = [
        prose.text(f"{row['table'].replace('_', ' ')} in {place}", "bold"),
        prose.text(STATES[row["state"]][0], look),
        prose.fact("scope", row["scope"] or "–"),
        prose.fact("source", row["source"] or "–"),
    ]
    if row["why"]:
        blocks.append(prose.fact("why", row["why"]))
    if row["would_help"]:
        blocks.append(prose.fact("would help", row["would_help"], "$primary"))
    return blocks


def _file_page(row: Row) -> list[prose.Block]:
    when = say.stamp(row["collected_at"]) if row["collected_at"] else f"{say.UNKNOWN} not known"
    blocks = [prose.text(row["file"], "bold"), prose.text(OUTCOMES[row["outcome"]][0])]
    facts = {
        "why": row["why"],
        "what to do": row["do"],
        "source": row["source"],
        "collected": when,
        "SHA-256": row["sha256"],
    }
    return blocks + [prose.fact(label, value) for label, value in facts.items() if value]


def _conflict_page(row: Row) -> list[prose.Block]:
    blocks = [
        prose.text(f"{row['column']} of {short(row['node'])}", "bold"),
        prose.fact("kept", f"{row['kept']}, from {row['kept_from']}"),
        prose.fact("instead of", f"{row['other']}, from {row['other_from']}"),
        prose.fact("key", row["node"], "$text-muted"),
    ]
    if row["lowers_risk"]:
        blocks.insert(
            1, prose.text("A declaration makes this look better than what was observed.", "$warning")
        )
    return blocks
