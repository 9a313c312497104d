"""Ways from an agent to systems as a drawn tree: agent, tool, credential, identity, system in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from posture.model import classes
from posture.tui.queries.reach import Ways as Found
from posture.tui.widgets.branches import SLOTS, Slot, Stop, Way, lines
from posture.tui.widgets.cursor_list import CursorList, Piece
from posture.tui.widgets.drawn import fit
from posture.tui.widgets.rows import spoken

_LEAST = 7
"""Cells that every column keeps."""
_MANY = 12


class Ways(CursorList):
    """The tree. Up and down choose a way, left and right a hop on it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "right,l",
            "hop(1)",
            "Hop",
            key_display="→",
            id="ways.next-hop",
            tooltip="Next hop of this way",
        ),
        Binding(
            "left,h",
            "hop(-1)",
            "Previous hop",
            key_display="←",
            show=False,
            id="ways.previous-hop",
            tooltip="Previous hop of this way",
        ),
        Binding(
            "enter", "open", "Evidence", id="ways.open", tooltip="All hops of this way with their evidence"
        ),
    ]

    hop: reactive[int] = reactive(1, repaint=False)

    @dataclass
    class Moved(Message):
        """Another way, or another hop of it."""

        way: Way | None
        hop: int

    @dataclass
    class Opened(Message):
        """All of this way."""

        way: Way

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._found: Found | None = None
        self._ways: list[Way] = []
        self._empty: Sequence[str] = ()
        self._fresh: list[list[bool]] = []
        self._more: list[list[bool]] = []
        self._wanted = [0] * len(SLOTS)
        self._delegated = False
        self._used = [0, 4]

    @property
    def line_count(self) -> int:
        """One line per way."""
        return len(self._ways)

    @property
    def head(self) -> int:
        """The names of the columns."""
        return 1

    @property
    def way(self) -> Way | None:
        """The chosen way."""
        return self._ways[self.cursor] if self._ways else None

    def show(self, found: Found, empty: Sequence[str]) -> None:
        """Draw these ways from the first on."""
        self._found, self._ways, self._empty = found, lines(found) if found.paths.height else [], empty
        self._relate()
        self._delegated = any(len(way.slots[0]) > 1 for way in self._ways)
        self._used = [
            slot for slot in range(len(SLOTS)) if slot in (0, 4) or any(way.slots[slot] for way in self._ways)
        ]
        self._wanted = [
            max(len(SLOTS[slot]), _nearly([_room(way.slots[slot]) for way in self._ways]))
            for slot in range(len(SLOTS))
        ]
        self.cursor = 0
        self.set_reactive(Ways.hop, 1)
        self.scroll_to(y=0, animate=False, immediate=True)
        self.redraw()
        self.moved()

    def moved(self) -> None:
        """Stay on a hop that the way has, and tell."""
        self._strips.clear()
        hops = len(self.way.hops) if self.way else 1
        self.set_reactive(Ways.hop, min(max(self.hop, 1), max(hops, 1)))
        self.post_message(self.Moved(self.way, self.hop))

    def action_hop(self, by: int) -> None:
        """Along the way."""
        hops = len(self.way.hops) if self.way else 1
        self.set_reactive(Ways.hop, min(max(self.hop + by, 1), max(hops, 1)))
        self._strips.clear()
        self.refresh()
        self.post_message(self.Moved(self.way, self.hop))

    def action_open(self) -> None:
        """All hops of the way."""
        if self.way is not None:
            self.post_message(self.Opened(self.way))

    def head_line(self, width: int) -> list[Piece]:
        """Column names."""
        sizes, drawn, tail = self._sizes(width)
        pieces: list[Piece] = [(" ", "")]
        for slot in drawn:
            pieces.append((fit(SLOTS[slot], sizes[slot] + (4 if slot < 4 else 0)), ""))
        return [*pieces, (fit(" may", tail), "")]

    def body_line(self, index: int, width: int) -> list[Piece]:
        """One way; what it shares with the way above is drawn once, except on the chosen way."""
        sizes, drawn, tail = self._sizes(width)
        way, chosen = self._ways[index], index == self.cursor
        pieces: list[Piece] = [(" ", "")]
        for slot in drawn:
            fresh = self._fresh[index][slot]
            if slot > drawn[0]:
                pieces.append(self._joint(index, slot))
            pieces += self._slot(way, slot, sizes[slot], fresh, chosen)
        return [*pieces, *self._end(way, tail)]

    def empty_line(self, y: int, width: int) -> list[Piece]:
        """Why nothing is drawn."""
        return spoken(self._empty, y - 1, width)

    def _relate(self) -> None:
        """For each line and column: is it new there, and does a later line hang on the same parent."""
        nodes = [tuple(tuple(stop.key for stop in slot) for slot in way.slots) for way in self._ways]
        self._fresh = [
            [
                line == 0 or nodes[line][: slot + 1] != nodes[line - 1][: slot + 1]
                for slot in range(len(SLOTS))
            ]
            for line in range(len(nodes))
        ]
        self._more = [[False] * len(SLOTS) for _ in nodes]
        for line in reversed(range(len(nodes) - 1)):
            for slot in range(len(SLOTS)):
                if nodes[line][:slot] == nodes[line + 1][:slot]:
                    self._more[line][slot] = self._fresh[line + 1][slot] or self._more[line + 1][slot]

    def _joint(self, index: int, slot: int) -> Piece:
        way = self._ways[index]
        entered = next((stop for part in way.slots[slot:] for stop in part), None)
        certain = entered is None or entered.certain
        line = "─" if certain else "╌"
        look = "muted" if certain else "caution"
        after = " " if way.slots[slot] else line
        more = self._more[index][slot]
        if not self._fresh[index][slot]:
            return (" │  " if more else "    "), "muted"
        if self._fresh[index][slot - 1]:
            return f"{line}{'┬' if more else line}{line}{after}", look
        return f" {'├' if more else '└'}{line}{after}", look

    def _slot(self, way: Way, slot: int, size: int, fresh: bool, chosen: bool) -> list[Piece]:
        stops = way.slots[slot]
        if not fresh and not chosen:
            return [(" " * size, "")]
        if len(stops) > 1 and _room(stops) > size + 1:
            # Where not all of them fit, the one that the way comes to is told, or the hop that is looked at.
            told = next((stop for stop in stops if chosen and stop.hop == self.hop), stops[-1])
            stops = (told,)
        after = next((stop for part in way.slots[slot + 1 :] for stop in part), None)
        line = "" if after is None else ("─" if after.certain else "╌")
        if not stops:
            return [((line or " ") * size if fresh else " " * size, self._line_look(after))]
        pieces: list[Piece] = []
        room = size
        for number, stop in enumerate(stops):
            if number and room > 4:
                pieces.append((" → " if stop.certain else " ╌▷ ", "muted" if stop.certain else "caution"))
                room -= 3 if stop.certain else 4
            name = fit(stop.name, min(room, _length(stop.name)))
            look = "hop" if chosen and stop.hop == self.hop else "muted" if not fresh else ""
            pieces.append((name, look))
            room -= _length(name)
            if room <= 0:
                break
        fill = " " + line * (room - 1) if room > 1 and line and fresh else " " * max(room, 0)
        return [*pieces, (fill, self._line_look(after))]

    def _line_look(self, after: Stop | None) -> str:
        return "caution" if after is not None and not after.certain else "muted"

    def _end(self, way: Way, tail: int) -> list[Piece]:
        found = self._found
        word = classes.strongest(way.path["classes"])
        level, declared = found.criticality.get(way.path["system"], (0, True)) if found else (0, True)
        certain = way.path["certain"]
        look = "unknown" if not level else "" if declared else "inferred"
        dots = ("" if declared else "~") + ("●" * level if level else "?")
        return [
            (" ", ""),
            (fit(word if certain else f"{word} ?", tail - 7), "strong" if certain else "caution"),
            (fit(dots, 6), look),
        ]

    def _sizes(self, width: int) -> tuple[list[int], list[int], int]:
        """Cells of each column, the columns that are drawn, and cells for what may be done at the end."""
        tail = 21 if width >= 90 else 15
        drawn = [slot for slot in self._used if slot or width >= 100 or self._delegated]
        sizes = list(self._wanted)
        room = width - tail - 2 - 4 * (len(drawn) - 1)
        while sum(sizes[slot] for slot in drawn) > room:
            widest = max(drawn, key=lambda slot: sizes[slot])
            if sizes[widest] <= _LEAST:
                break
            sizes[widest] -= 1
        spare = room - sum(sizes[slot] for slot in drawn)
        for slot in drawn:
            sizes[slot] += min(spare // len(drawn), 6)
        return sizes, drawn, tail


def _length(text: str) -> int:
    return len(text) if text.isascii() else Content(text).cell_length


def _nearly(rooms: list[int]) -> int:
    """Room for all, or for nine of ten of many: one long name does not take the place of the others."""
    many = len(rooms) > _MANY
    return sorted(rooms)[(len(rooms) - 1) * 9 // 10 if many else -1] if rooms else 0


def _room(stops: Slot) -> int:
    return sum(_length(stop.name) for stop in stops) + 4 * max(len(stops) - 1, 0) + 1
