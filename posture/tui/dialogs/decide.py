"""What to make of a gap: owner, triage, false positive, acceptance."""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from posture.tui.desk import Said

_REASON, _OWNER, _APPROVER, _UNTIL = "why", "who answers for it", "who approved it", "until, as 2026-09-30"
CHOICES: tuple[tuple[str, str, Said, tuple[str, ...]], ...] = (
    ("Confirm", "it is real", {"kind": "triage", "triage": "confirmed"}, (_REASON,)),
    ("Plan", "it will be done", {"kind": "triage", "triage": "planned"}, (_REASON,)),
    ("Needs data", "nobody can tell yet", {"kind": "triage", "triage": "needs-data"}, (_REASON,)),
    ("Owner", "somebody answers for it", {"kind": "owner"}, (_OWNER, _REASON)),
    ("False positive", "it is wrong; looked at again", {"kind": "false-positive"}, (_REASON,)),
    ("Accept", "live with it for a time", {"kind": "accept"}, (_REASON, _APPROVER, _UNTIL)),
)
"""Name, what it means, the words it stands for, and what it asks."""
_WORDS = {_REASON: "reason", _OWNER: "owner", _APPROVER: "approver", _UNTIL: "expires"}


class Decide(ModalScreen[Said | None]):
    """Up and down choose, tab goes from line to line, enter decides."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="decide.cancel", tooltip="Decide nothing"),
        Binding("up", "other(-1)", "Up", show=False, priority=True, id="decide.up", tooltip="The one above"),
        Binding("down", "other(1)", "Down", show=False, priority=True, id="decide.down",
                tooltip="The one below"),
    ]  # fmt: skip

    choices = getters.query_one("#choices", Static)

    def __init__(self, about: str) -> None:
        super().__init__()
        self._about = about
        self._chosen = 0

    def compose(self) -> ComposeResult:
        """The gap, the choices, and a line for each thing that some choice asks."""
        with Vertical(classes="dialog small") as box:
            box.border_title = "Decide"
            box.border_subtitle = "↑↓ choose · tab next line · enter decides · esc cancels"
            yield Static(Content(self._about), markup=False)
            yield Static(id="choices", markup=False)
            for asks, word in _WORDS.items():
                yield Input(id=word, placeholder=asks, compact=True)

    def on_mount(self) -> None:
        """The first choice."""
        self._show()

    def _show(self) -> None:
        lines = []
        for number, (name, says, _words, _asks) in enumerate(CHOICES):
            here = number == self._chosen
            mark = ("●", "$primary") if here else ("○", "$text-muted")
            lines.append(
                Content.assemble(mark, " ", (name.ljust(15), "bold" if here else ""), (says, "$text-muted"))
            )
        self.choices.update(Content("\n").join(lines))
        asks = CHOICES[self._chosen][3]
        for text, word in _WORDS.items():
            self.query_one(f"#{word}", Input).display = text in asks
        self.query_one(f"#{_WORDS[asks[0]]}", Input).focus()

    def action_other(self, by: int) -> None:
        """Another choice."""
        self._chosen = (self._chosen + by) % len(CHOICES)
        self._show()

    def action_cancel(self) -> None:
        """Decide nothing."""
        self.dismiss(None)

    @on(Input.Submitted)
    def _decide(self) -> None:
        _name, _says, words, asks = CHOICES[self._chosen]
        given = {_WORDS[text]: self.query_one(f"#{_WORDS[text]}", Input).value.strip() for text in asks}
        self.dismiss({**words, **{word: value for word, value in given.items() if value}})
