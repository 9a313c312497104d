"""What one sees while an assessment is made: what it does, how far it is, how to stop it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Footer

from posture.tui.widgets.bars import bar
from posture.tui.widgets.drawn import Drawn


class Loading(Screen[None]):
    """Shown until there is something to show."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.stop", "Stop", id="loading.stop", tooltip="Stop reading"),
    ]

    said: reactive[Content] = reactive(Content(""))

    def compose(self) -> ComposeResult:
        """A few quiet lines in the middle."""
        with Vertical(id="loading"):
            yield Drawn(id="said")
        yield Footer(show_command_palette=False, compact=True)

    def watch_said(self, said: Content) -> None:
        """Say it, now or once the line exists."""
        for line in self.query(Drawn):
            line.show(lambda width: said)

    def on_mount(self) -> None:
        """What was said before the line existed."""
        self.watch_said(self.said)

    def show(self, says: str, done: int, total: int) -> None:
        """How far it is."""
        filled = bar(done / total, 40) if total else " " * 40
        self.said = Content.assemble(
            ("posture", "bold $primary"),
            "\n\n",
            (says, "bold"),
            "\n",
            (filled.replace(" ", "░"), "$primary"),
            "\n",
            (f"{done:,} of {total:,}" if total else "…", "$text-muted"),
        )

    def fail(self, says: str, next_step: str) -> None:
        """Why nothing can be shown, and what to do."""
        self.said = Content.assemble(
            ("posture", "bold $primary"), "\n\n", (says, "bold"), "\n\n", (next_step, "$text-muted")
        )
