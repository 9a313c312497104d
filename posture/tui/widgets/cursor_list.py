"""A list with a cursor that is drawn line by line: the base of every long list on the screens."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

LOOKS = ("muted", "strong", "alarm", "caution", "accent", "inferred", "unknown", "header", "cursor", "hop")
"""Component classes, `line--LOOK`: what a piece of a line may look like."""

Piece = tuple[str, str]
"""Text and its look; foreign text is safe here, because a piece is never read as markup."""


class CursorList(ScrollView, can_focus=True):
    """Subclasses say how many lines there are and what stands in one; only visible lines are asked for."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"line--{look}" for look in LOOKS}
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False, id="list.down", tooltip="Next row"),
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up", tooltip="Previous row"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="list.page-down",
                tooltip="One page down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="list.page-up", tooltip="One page up"),
        Binding("g,home", "first", "First", show=False, id="list.first", tooltip="First row"),
        Binding("G,end", "last", "Last", show=False, id="list.last", tooltip="Last row"),
    ]  # fmt: skip

    cursor: reactive[int] = reactive(0, repaint=False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._strips: LRUCache[tuple[int, int, bool], Strip] = LRUCache(512)

    @property
    def line_count(self) -> int:
        """How many lines the list has."""
        raise NotImplementedError

    @property
    def head(self) -> int:
        """How many lines stay in place above the list."""
        return 0

    def head_line(self, width: int) -> list[Piece]:
        """The line that stays in place."""
        return []

    def body_line(self, index: int, width: int) -> list[Piece]:
        """What stands in line `index`, exactly `width` cells wide."""
        raise NotImplementedError

    def empty_line(self, y: int, width: int) -> list[Piece]:
        """What line `y` of the widget says where the list has no lines."""
        return [(" " * width, "")]

    def moved(self) -> None:
        """The cursor is on another line."""

    def redraw(self) -> None:
        """Everything may have changed."""
        self._strips.clear()
        self.virtual_size = Size(self.scrollable_content_region.width, self.line_count + self.head)
        self.refresh()

    def notify_style_update(self) -> None:
        """Forget drawn lines: their colours are of the old theme."""
        self._strips.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Keep the cursor in sight and the lines as wide as the widget."""
        self.redraw()
        self._keep_in_sight()

    def on_focus(self) -> None:
        """The cursor is drawn brighter in the focused list."""
        self._strips.clear()
        self.refresh()

    def on_blur(self) -> None:
        """And quieter elsewhere."""
        self._strips.clear()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of what is visible now."""
        width = self.scrollable_content_region.width
        if self.line_count == 0:
            return self._strip(self.empty_line(y, width), width, Style())
        if y < self.head:
            return self._strip(self.head_line(width), width, self._style("header"))
        index = y - self.head + self.scroll_offset.y
        if index >= self.line_count:
            return Strip.blank(width, self.rich_style)
        at_cursor = index == self.cursor
        slot = (index, width, at_cursor)
        cached = self._strips.get(slot)
        if cached is None:
            over = self._style("cursor") if at_cursor else Style()
            cached = self._strip(self.body_line(index, width), width, over)
            self._strips[slot] = cached
        return cached

    def _style(self, look: str) -> Style:
        return self.get_component_rich_style(f"line--{look}", partial=True)

    def _strip(self, pieces: list[Piece], width: int, over: Style) -> Strip:
        base = self.rich_style
        segments = [
            Segment(text, (base + self._style(look) if look else base) + over)
            for text, look in pieces
            if text
        ]
        return Strip(segments).adjust_cell_length(width, base + over)

    def watch_cursor(self, before: int, now: int) -> None:
        """Draw the two lines anew, all of them only where the list scrolls, and tell whoever listens."""
        top = self.scroll_offset.y
        self._keep_in_sight()
        if self.scroll_offset.y == top:
            width = self.scrollable_content_region.width
            self.refresh(*(Region(0, self.head + line - top, width, 1) for line in (before, now)))
        else:
            self.refresh()
        self.moved()

    def validate_cursor(self, cursor: int) -> int:
        """Never off the list."""
        return min(max(cursor, 0), max(self.line_count - 1, 0))

    def action_move(self, by: int) -> None:
        """Move the cursor by `by` lines."""
        self.cursor += by

    def action_page(self, direction: int) -> None:
        """Move the cursor by what is visible."""
        self.cursor += direction * max(self._body_height() - 1, 1)

    def action_first(self) -> None:
        """To the first line."""
        self.cursor = 0

    def action_last(self) -> None:
        """To the last line."""
        self.cursor = self.line_count - 1

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y >= self.head and self.line_count:
            self.cursor = offset.y - self.head + self.scroll_offset.y

    def _body_height(self) -> int:
        return max(self.scrollable_content_region.height - self.head, 1)

    def _keep_in_sight(self) -> None:
        top, height = self.scroll_offset.y, self._body_height()
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, immediate=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, immediate=True)
