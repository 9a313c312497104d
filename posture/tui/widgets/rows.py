"""The long list: rows of a frame, of which only the visible ones are ever formatted."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl
from msgspec import Struct
from textual import events, work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.worker import get_current_worker

from posture.tui.widgets.arrange import filtered, ordered
from posture.tui.widgets.cursor_list import CursorList, Piece
from posture.tui.widgets.drawn import fit

Row = Mapping[str, Any]
Cell = tuple[str, str]
"""Text and look."""

BIG = 50_000
"""From so many rows on, ordering and filtering say that they are at work."""


class Column(Struct, frozen=True):
    """One column of a list: what it says of a row, and how much room it asks for."""

    title: str
    cell: Callable[[Row], Cell]
    width: int
    """Least width; a column that grows takes its share of what is left."""
    grow: int = 0
    right: bool = False
    wide: int = 0
    """The list must be so wide before the column appears."""
    sort: tuple[str, ...] = ()
    """Columns of the frame that order by this one; empty where it cannot order."""
    descending: bool = False


class Shape(Struct, frozen=True):
    """What a list shows: its columns, the frame's column that names a row, and where the filter looks."""

    columns: tuple[Column, ...]
    key: str
    search: tuple[str, ...]
    empty: tuple[str, ...] = ("Nothing here.",)
    """What an empty list says: what that means, and what to do next."""


def spoken(lines: Sequence[str], at: int, width: int) -> list[Piece]:
    """Line `at` of a few sentences wrapped to `width`, the first of them strong."""
    wrapped = [
        (part, "muted" if number else "strong")
        for number, line in enumerate(lines)
        for part in textwrap.wrap(line, max(width - 4, 8))
    ]
    said, look = wrapped[at] if 0 <= at < len(wrapped) else ("", "")
    return [("  ", ""), (fit(said, max(width - 2, 0)), look)]


class Rows(CursorList):
    """A list over a frame. It says `Moved` and `Opened`; the frame comes filtered and ordered by Polars."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="rows.open", tooltip="Show the evidence of this row"),
        Binding("s", "sort(1)", "Sort", show=False, id="rows.sort", tooltip="Order by the next column"),
        Binding("S", "flip", "Reverse", show=False, id="rows.reverse", tooltip="Reverse the order"),
    ]

    @dataclass
    class Moved(Message):
        """The cursor is on `row`; null where the list is empty."""

        rows: Rows
        row: Row | None

        @property
        def control(self) -> Rows:
            """The list."""
            return self.rows

    @dataclass
    class Opened(Message):
        """Somebody wants to see what is behind `row`."""

        rows: Rows
        row: Row

        @property
        def control(self) -> Rows:
            """The list."""
            return self.rows

    @dataclass
    class Arranged(Message):
        """Filter and order are done."""

        frame: pl.DataFrame
        kept: pl.DataFrame
        """What passed the filter, as it came."""
        serial: int

    def __init__(self, shape: Shape, *, header: bool = True, id: str | None = None) -> None:
        super().__init__(id=id)
        self.shape = shape
        self._header = header
        self._all = pl.DataFrame()
        self._kept: pl.DataFrame | None = None
        self._shown = pl.DataFrame()
        self._text = ""
        self._order: Column | None = None
        self._descending = False
        self._serial = 0
        self._note = ""

    @property
    def line_count(self) -> int:
        """Rows that pass the filter."""
        return self._shown.height

    @property
    def head(self) -> int:
        """The line of titles."""
        return 1 if self._header else 0

    @property
    def total(self) -> int:
        """Rows before the filter."""
        return self._all.height

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self._shown.row(self.cursor, named=True) if self.line_count else None

    def show(self, frame: pl.DataFrame, shape: Shape | None = None) -> None:
        """Show `frame`, keeping the cursor on its row, the filter and the order where they still fit."""
        if shape is not None and shape is not self.shape:
            self.shape = shape
            self._order = None
        self._all = frame
        self._kept = None
        if self._text or self._order:
            self._arrange()
        else:
            self._replace(frame)

    def filter(self, text: str) -> None:
        """Keep the rows in which every word of `text` occurs."""
        self._text = text
        self._kept = None
        self._arrange()

    def go_to(self, key: str) -> None:
        """Put the cursor on the row named `key`, if it is in the list."""
        index = self._index_of(key)
        if index is not None:
            self.cursor = index

    def say(self, note: str) -> None:
        """What the empty list says while its rows are on the way."""
        self._note = note
        self.redraw()

    def give_up(self) -> None:
        """The rows that were on the way do not come."""
        if self._note:
            self.say("Could not be read.")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A list that cannot order does not offer to."""
        if action in ("sort", "flip"):
            return any(column.sort for column in self.shape.columns)
        return True

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.row is not None:
            self.post_message(self.Opened(self, self.row))

    def action_sort(self, step: int) -> None:
        """Order by the next column that can order, and after the last as it came."""
        choices: list[Column | None] = [None, *(column for column in self.shape.columns if column.sort)]
        now = choices.index(self._order) if self._order in choices else 0
        self._order = choices[(now + step) % len(choices)]
        self._descending = self._order.descending if self._order else False
        self._arrange(self._kept)

    def action_flip(self) -> None:
        """Turn the order around."""
        self._descending = not self._descending
        if self._order is not None:
            self._arrange(self._kept)

    def moved(self) -> None:
        """Tell which row it is now."""
        self.post_message(self.Moved(self, self.row))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a double click opens."""
        super().on_click(event)
        if event.chain == 2:
            self.action_open()

    def _arrange(self, kept: pl.DataFrame | None = None) -> None:
        """Filter and order anew; `kept` passed the filter already."""
        self._serial += 1
        if self._all.height >= BIG:
            self.border_subtitle = f"at work on {self._all.height:,} rows …"
        frame, text = (self._all, self._text) if kept is None else (kept, "")
        self._work(frame, text, self._order, self._descending, self._serial)

    @work(thread=True, exclusive=True, exit_on_error=False, group="arrange")
    def _work(
        self, frame: pl.DataFrame, text: str, order: Column | None, descending: bool, serial: int
    ) -> None:
        kept = filtered(frame, self.shape.search, text)
        made = ordered(kept, order.sort if order else (), descending)
        if not get_current_worker().is_cancelled:
            self.post_message(self.Arranged(made, kept, serial))

    def on_rows_arranged(self, message: Arranged) -> None:
        """Show the answer, unless a newer question is on its way."""
        message.stop()
        if message.serial == self._serial:
            self._kept = message.kept
            self._replace(message.frame)

    def _replace(self, frame: pl.DataFrame) -> None:
        here = self.row
        self._note = ""
        self._shown = frame
        self.border_subtitle = self._subtitle()
        index = self._index_of(str(here[self.shape.key])) if here and self.shape.key in here else None
        self.redraw()
        before = self.cursor
        self.cursor = index if index is not None else min(before, max(frame.height - 1, 0))
        if self.cursor == before:
            self.moved()

    def _index_of(self, key: str) -> int | None:
        if not self.line_count or self.shape.key not in self._shown.columns:
            return None
        return self._shown[self.shape.key].index_of(key)

    def _subtitle(self) -> str:
        parts = []
        if self._text:
            parts.append(f"{self.line_count:,} of {self.total:,}")
        if self._order:
            parts.append(f"by {self._order.title.lower()} {'▼' if self._descending else '▲'}")
        return " · ".join(parts)

    def _widths(self, width: int) -> list[tuple[Column, int]]:
        columns = [column for column in self.shape.columns if column.wide <= width]
        left = width - sum(column.width for column in columns) - 2 * (len(columns) - 1) - 2
        growing = sum(column.grow for column in columns)
        widths = []
        for column in columns:
            extra = left * column.grow // growing if growing and left > 0 else 0
            less = min(column.width - 4, -left) if column.grow and left < 0 else 0
            left += less
            widths.append((column, column.width + extra - less))
        return widths

    def head_line(self, width: int) -> list[Piece]:
        """The titles, with the direction of the order beside the one that orders."""
        pieces: list[Piece] = [(" ", "")]
        for number, (column, size) in enumerate(self._widths(width)):
            mark = ("▼" if self._descending else "▲") if column is self._order else ""
            pieces.append(("  " if number else "", ""))
            pieces.append((fit(column.title + mark, size, column.right), ""))
        return pieces

    def body_line(self, index: int, width: int) -> list[Piece]:
        """One row, formatted."""
        row = self._shown.row(index, named=True)
        pieces: list[Piece] = [(" ", "")]
        for number, (column, size) in enumerate(self._widths(width)):
            text, look = column.cell(row)
            pieces.append(("  " if number else "", ""))
            pieces.append((fit(text, size, column.right), look))
        return pieces

    def empty_line(self, y: int, width: int) -> list[Piece]:
        """Why there is nothing, from the second line on."""
        if self._note:
            lines: tuple[str, ...] = (self._note,)
        elif self._text and self.total:
            lines = (f"Nothing among {self.total:,} rows matches “{self._text}”.", "esc clears the filter.")
        else:
            lines = self.shape.empty
        return spoken(lines, y - 1, width)
