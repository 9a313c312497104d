"""Text that is composed for the width it gets, so that figures stay aligned at any size."""

from __future__ import annotations

import re
from collections.abc import Callable

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from posture.model.text import HIDDEN, plain

Draw = Callable[[int], Content]
_HIDDEN = re.compile(HIDDEN.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))


class Drawn(Widget):
    """Shows what `draw(width)` answers; drawn again whenever the width changes."""

    ALLOW_SELECT = False

    def __init__(
        self, draw: Draw | None = None, *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes, markup=False)
        self._draw = draw

    def show(self, draw: Draw) -> None:
        """Draw `draw` from now on."""
        self._draw = draw
        # Where a layout is due already, Textual would go on with the height of the text before this one.
        self.styles.merge_rules({})
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the text has at `width`."""
        return self._draw(width).plain.count("\n") + 1 if self._draw else 0

    def render(self) -> Content:
        """The text at the width of now."""
        return seen(self._draw(self.content_size.width)) if self._draw else Content("")


def seen(content: Content) -> Content:
    """`content` with one mark for each character that acts on a terminal or cannot be seen.

    Records were made safe where they were read; this holds even for one that was not.
    """
    if not _HIDDEN.search(content.plain):
        return content
    return Content(_HIDDEN.sub(_mark, content.plain), spans=list(content.spans))


def _mark(match: re.Match[str]) -> str:
    point = ord(match.group())
    return chr(0x2400 + point) if point < 0x20 else "▯"


def ends(left: Content, right: Content, width: int) -> Content:
    """`left` and `right` at the two ends of a line; the left end gives way, and says so with `…`."""
    left, right = seen(left), seen(right)
    room = width - right.cell_length - (2 if right.cell_length else 0)
    if room < 8:
        return left.truncate(max(width, 1), ellipsis=True)
    kept = left.truncate(room, ellipsis=True) if left.cell_length > room else left
    gap = width - kept.cell_length - right.cell_length
    return Content.assemble(kept, " " * max(gap, 0), right)


def fit(text: str, width: int, right: bool = False) -> str:
    """`text` in exactly `width` cells: padded, or cut with `…`."""
    if width <= 0:
        return ""
    line = Content(plain(text))
    if line.cell_length > width:
        return line.truncate(width, ellipsis=True).plain if width > 1 else "…"
    padding = " " * (width - line.cell_length)
    return padding + line.plain if right else line.plain + padding
