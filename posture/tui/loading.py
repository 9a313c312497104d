"""What one sees while an assessment is made: what it does, how far it is, how to stop it."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static

from posture.tui.widgets.bars import bar


class Loading(Screen[None]):
    """Shown until there is something to show."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.stop", "Stop", id="loading.stop", tooltip="Stop reading"),
    ]

    words = getters.query_one(Static)

    def compose(self) -> ComposeResult:
        """A few quiet lines in the middle."""
        with Vertical(id="loading"):
            yield Static(markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def show(self, says: str, done: int, total: int) -> None:
        """How far it is."""
        figures = f"{done:,} of {total:,}" if total else ""
        filled = bar(done / total, 40) if total else " " * 40
        self.words.update(
            Content.assemble(
                ("posture", "bold $primary"), "\n\n", (says, "bold"), "\n",
                (filled.replace(" ", "░"), "$primary"), "\n", (figures or "…", "$text-muted"),
            )
        )  # fmt: skip

    def fail(self, says: str, next_step: str) -> None:
        """Why nothing can be shown, and what to do."""
        self.words.update(
            Content.assemble(
                ("posture", "bold $primary"), "\n\n", (says, "bold"), "\n\n", (next_step, "$text-muted")
            )
        )
