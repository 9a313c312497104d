"""The line in which one types what to look for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input


class FilterLine(Input):
    """Hidden until `/`; every letter filters, enter keeps the filter, escape drops it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "drop", "Clear filter", id="filter.clear", tooltip="Drop the filter"),
        Binding("enter,down", "keep", "Keep", id="filter.keep", tooltip="Keep the filter and go to the list"),
    ]

    @dataclass
    class Asked(Message):
        """The filter is now `text`."""

        text: str

    class Left(Message):
        """Back to the list."""

    def __init__(self) -> None:
        super().__init__(
            placeholder="words that must occur, !word must not", compact=True, select_on_focus=False
        )

    def open(self) -> None:
        """Appear and take the keys."""
        self.add_class("-open")
        self.focus()

    def action_drop(self) -> None:
        """No filter."""
        self.value = ""
        self.remove_class("-open")
        self.post_message(self.Left())

    def action_keep(self) -> None:
        """Leave the filter on; an empty one goes away."""
        if not self.value:
            self.remove_class("-open")
        self.post_message(self.Left())

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(self.Asked(message.value))
