"""A line of named lists with their sizes, of which one is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from posture.tui.widgets.drawn import ends


class Choice(Widget):
    """`Agents 5   Identities 124`; the chosen one stands out. The screen's keys turn it."""

    ALLOW_SELECT = False

    @dataclass
    class Chosen(Message):
        """Another list."""

        name: str

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = list(names)
        self._counts: Mapping[str, int] = {}
        self.chosen = self._names[0]

    def show(self, counts: Mapping[str, int]) -> None:
        """The sizes."""
        self._counts = counts
        self.refresh()

    def turn(self, by: int) -> None:
        """The next or previous list."""
        self.choose(self._names[(self._names.index(self.chosen) + by) % len(self._names)])

    def choose(self, name: str) -> None:
        """This list."""
        self.chosen = name
        self.refresh()
        self.post_message(self.Chosen(name))

    def render(self) -> Content:
        """All names, as far as they fit."""
        parts: list[str | tuple[str, str]] = []
        for name in self._names:
            here = name == self.chosen
            parts.append((name, "bold underline $primary" if here else "$text-muted"))
            if name in self._counts:
                parts.append((f" {self._counts[name]:,}", "bold" if here else "$text-muted"))
            parts.append("   ")
        return ends(Content.assemble(*parts).rstrip(), Content(""), self.content_size.width)

    def on_click(self, event: events.Click) -> None:
        """A click chooses."""
        offset = event.get_content_offset(self)
        at = 0
        for name in self._names:
            end = at + len(name) + (len(f" {self._counts[name]:,}") if name in self._counts else 0)
            if offset is not None and at <= offset.x < end:
                self.choose(name)
                return
            at = end + 3
