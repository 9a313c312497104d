"""A pane with its title in the border, holding text that scrolls where it is long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from posture.tui.widgets.drawn import Draw, Drawn
from posture.tui.widgets.prose import Block, draw


class Pane(VerticalScroll, can_focus=True):
    """Detail or evidence: paragraphs, drawn for the width of the pane."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_down", "Down", show=False, id="pane.down", tooltip="Scroll down"),
        Binding("up,k", "scroll_up", "Up", show=False, id="pane.up", tooltip="Scroll up"),
        Binding("pagedown", "page_down", "Page down", show=False, id="pane.page-down",
                tooltip="One page down"),
        Binding("pageup", "page_up", "Page up", show=False, id="pane.page-up", tooltip="One page up"),
        Binding("g,home", "scroll_home", "Top", show=False, id="pane.top", tooltip="To the top"),
        Binding("G,end", "scroll_end", "End", show=False, id="pane.end", tooltip="To the end"),
    ]  # fmt: skip

    def __init__(self, title: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.border_title = title
        self._text = Drawn()

    def compose(self) -> ComposeResult:
        """The text."""
        yield self._text

    def show(self, blocks: Sequence[Block]) -> None:
        """Say these paragraphs from the top."""
        self.draw(draw(blocks))

    def draw(self, drawing: Draw) -> None:
        """Say what `drawing` answers at the width of the pane."""
        self._text.show(drawing)
        self.scroll_home(animate=False, immediate=True)
