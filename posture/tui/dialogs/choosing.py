"""A dialog in which one of a few words is chosen, and lines say the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from posture.tui.desk import Said
from posture.tui.widgets.drawn import seen


class Choosing(ModalScreen[Said | None]):
    """Up and down choose, tab goes from line to line, enter takes it. Subclasses say what and how."""

    TITLE: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="choosing.cancel", tooltip="Leave it"),
        Binding("up", "other(-1)", "Up", show=False, priority=True, id="choosing.up",
                tooltip="The word above"),
        Binding("down", "other(1)", "Down", show=False, priority=True, id="choosing.down",
                tooltip="The word below"),
    ]  # fmt: skip

    choices = getters.query_one("#choices", Static)

    def __init__(self) -> None:
        super().__init__()
        self.chosen = 0
        """Number of the word."""

    def about(self) -> Iterable[Widget]:
        """What it is about, on top."""
        raise NotImplementedError

    def words(self) -> Sequence[tuple[str, str]]:
        """Each word with what it means."""
        raise NotImplementedError

    def asked(self) -> Mapping[str, str]:
        """Id of every line, and what it asks."""
        raise NotImplementedError

    def wanted(self) -> Sequence[str]:
        """Ids of the lines that the chosen word needs."""
        raise NotImplementedError

    def said(self, given: Mapping[str, str]) -> Said:
        """The answer, from the lines that were filled in."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """What it is about, the words, the lines."""
        with Vertical(classes="dialog small") as box:
            box.border_title = self.TITLE
            box.border_subtitle = self.keys()
            yield from self.about()
            yield Static(id="choices", markup=False)
            for id_, asks in self.asked().items():
                yield Input(id=id_, placeholder=asks, compact=True)

    def keys(self) -> str:
        """The keys, in the border."""
        return "↑↓ choose · tab next line · enter takes it · esc cancels"

    def on_mount(self) -> None:
        """The first word."""
        self.show()

    def show(self) -> None:
        """Words and lines as they stand now."""
        lines = []
        names = max(len(name) for name, _ in self.words()) + 1
        for number, (name, means) in enumerate(self.words()):
            here = number == self.chosen
            mark = ("●", "$primary") if here else ("○", "$text-muted")
            lines.append(
                Content.assemble(
                    mark, " ", (name.ljust(names), "bold" if here else ""), (means, "$text-muted")
                )
            )
        self.choices.update(seen(Content("\n").join(lines)))
        wanted = self.wanted()
        for id_ in self.asked():
            self._line(id_).display = id_ in wanted
        self._line(wanted[0]).focus()

    def _line(self, id_: str) -> Input:
        return self.query_one(f"#{id_}", Input)

    def action_other(self, by: int) -> None:
        """Another word."""
        self.chosen = (self.chosen + by) % len(self.words())
        self.show()

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(None)

    @on(Input.Submitted)
    def _take(self) -> None:
        given = {id_: self._line(id_).value.strip() for id_ in self.wanted()}
        self.dismiss(self.said({id_: value for id_, value in given.items() if value}))
