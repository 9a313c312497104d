"""Everything that is known of one row, on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from posture.tui.widgets.pane import Pane
from posture.tui.widgets.prose import Block


class Evidence(ModalScreen[None]):
    """The third level: from what it was read, and where."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", "Close", key_display="esc", id="evidence.close",
                tooltip="Back to the list"),
    ]  # fmt: skip

    def __init__(self, title: str, blocks: Sequence[Block]) -> None:
        super().__init__()
        self._title = title
        self._blocks = blocks

    def compose(self) -> ComposeResult:
        """The page."""
        pane = Pane(classes="dialog")
        pane.border_title = Content(self._title)
        pane.border_subtitle = "esc closes"
        yield pane

    def on_mount(self) -> None:
        """Fill it."""
        self.query_one(Pane).show(self._blocks)
