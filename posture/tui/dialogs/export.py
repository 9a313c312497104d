"""Which report to write, and under which name."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from posture.tui.queries.formats import Offered

Asked = tuple[str, Path]
"""Format and path."""


class Export(ModalScreen[Asked | None]):
    """Up and down choose the format, enter writes; a file that exists asks once more."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="export.cancel", tooltip="Write nothing"),
        Binding("down,tab,ctrl+n", "other(1)", "Next format", key_display="↓", priority=True,
                id="export.next", tooltip="The next format"),
        Binding("up,shift+tab,ctrl+p", "other(-1)", "Previous format", key_display="↑", priority=True,
                id="export.previous", tooltip="The format above"),
    ]  # fmt: skip

    name_input = getters.query_one(Input)
    formats = getters.query_one("#formats", Static)
    note = getters.query_one("#note", Static)

    def __init__(self, stem: str, offered: tuple[Offered, ...], format: str) -> None:
        super().__init__()
        self._stem = stem
        self._offered = offered
        self._chosen = next((n for n, one in enumerate(offered) if one.id == format), 0)
        self._warned = ""

    def compose(self) -> ComposeResult:
        """A line for each format, a name, a note."""
        with Vertical(classes="dialog small") as box:
            box.border_title = "Export"
            box.border_subtitle = "↑↓ format · enter writes · esc cancels"
            yield Static(id="formats", markup=False)
            yield Input(compact=True, select_on_focus=False)
            yield Static(id="note", markup=False)

    def on_mount(self) -> None:
        """Propose a name."""
        self.name_input.value = self._stem + self._format.suffix
        self._show()
        self.name_input.focus()

    @property
    def _format(self) -> Offered:
        return self._offered[self._chosen]

    def _show(self) -> None:
        names = max(len(one.id) for one in self._offered) + 2
        lines = []
        for one in self._offered:
            here = one is self._format
            mark = ("●", "$primary") if here else ("○", "$text-muted")
            lines.append(
                Content.assemble(
                    mark, " ", (one.id.ljust(names), "bold" if here else ""), (one.title, "$text-muted")
                )
            )
        self.formats.update(Content("\n").join(lines))
        self.note.update(
            Content.styled("No secret value is in any report; names, places and key ids are.", "$text-muted")
        )

    def action_other(self, by: int) -> None:
        """Another format, and its suffix where the name still had the old one."""
        before = self._format.suffix
        self._chosen = (self._chosen + by) % len(self._offered)
        name = self.name_input.value
        if name.endswith(before):
            self.name_input.value = name.removesuffix(before) + self._format.suffix
            self.name_input.cursor_position = len(self.name_input.value)
        self._show()

    def action_cancel(self) -> None:
        """Write nothing."""
        self.dismiss(None)

    @on(Input.Submitted)
    def _write(self) -> None:
        name = self.name_input.value.strip()
        path = Path(name).expanduser()
        folder = self._format.tables and not path.suffix
        if not name or (path.is_dir() and not folder):
            self._warn("A file name is needed.")
        elif not path.parent.is_dir():
            self._warn("That folder does not exist.")
        elif path.exists() and self._warned != name:
            self._warned = name
            self._warn(
                "That folder exists. Enter once more replaces the tables in it."
                if folder
                else "That file exists. Enter once more replaces it."
            )
        else:
            self.dismiss((self._format.id, path))

    def _warn(self, says: str) -> None:
        self.note.update(Content.styled(says, "$warning"))
