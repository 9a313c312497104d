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

Asked = tuple[str, Path]
"""Format and path."""

FORMATS = (("markdown", "Markdown", ".md", "the report an IAM lead hands in"),
           ("json", "JSON", ".json", "everything, for machines and auditors"))  # fmt: skip


class Export(ModalScreen[Asked | None]):
    """Up and down choose the format, enter writes; a file that exists asks once more."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="export.cancel", tooltip="Write nothing"),
        Binding("up,down,tab,ctrl+n", "other", "Other format", key_display="↑↓", priority=True,
                id="export.format", tooltip="Markdown or JSON"),
    ]  # fmt: skip

    name_input = getters.query_one(Input)
    formats = getters.query_one("#formats", Static)
    note = getters.query_one("#note", Static)

    def __init__(self, stem: str, format: str = "markdown") -> None:
        super().__init__()
        self._stem = stem
        self._chosen = next(n for n, (id, *_) in enumerate(FORMATS) if id == format)
        self._warned = ""

    def compose(self) -> ComposeResult:
        """Two lines of formats, a name, a note."""
        with Vertical(classes="dialog small") as box:
            box.border_title = "Export"
            box.border_subtitle = "↑↓ format · enter writes · esc cancels"
            yield Static(id="formats", markup=False)
            yield Input(compact=True, select_on_focus=False)
            yield Static(id="note", markup=False)

    def on_mount(self) -> None:
        """Propose a name."""
        self.name_input.value = self._stem + FORMATS[self._chosen][2]
        self._show()
        self.name_input.focus()

    def _show(self) -> None:
        lines = []
        for number, (_, name, _, says) in enumerate(FORMATS):
            here = number == self._chosen
            mark = ("●", "$primary") if here else ("○", "$text-muted")
            lines.append(
                Content.assemble(mark, " ", (name.ljust(10), "bold" if here else ""), (says, "$text-muted"))
            )
        self.formats.update(Content("\n").join(lines))
        self.note.update(
            Content.styled("No secret value is in any report; names, places and key ids are.", "$text-muted")
        )

    def action_other(self) -> None:
        """The other format, and its suffix where the name still had the old one."""
        before = FORMATS[self._chosen][2]
        self._chosen = (self._chosen + 1) % len(FORMATS)
        name = self.name_input.value
        if name.endswith(before):
            self.name_input.value = name.removesuffix(before) + FORMATS[self._chosen][2]
        self._show()

    def action_cancel(self) -> None:
        """Write nothing."""
        self.dismiss(None)

    @on(Input.Submitted)
    def _write(self) -> None:
        name = self.name_input.value.strip()
        path = Path(name).expanduser()
        if not name or path.is_dir():
            self._warn("A file name is needed.")
        elif not path.parent.is_dir():
            self._warn("That folder does not exist.")
        elif path.exists() and self._warned != name:
            self._warned = name
            self._warn("That file exists. Enter once more replaces it.")
        else:
            self.dismiss((FORMATS[self._chosen][0], path))

    def _warn(self, says: str) -> None:
        self.note.update(Content.styled(says, "$warning"))
