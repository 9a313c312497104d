"""What this screen is for and which keys work on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from posture.tui.widgets import prose
from posture.tui.widgets.pane import Pane


class Help(ModalScreen[None]):
    """One page, closed with the key that opened it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss", "Close", key_display="esc", id="help.close",
                tooltip="Back to the screen"),
    ]  # fmt: skip

    def __init__(self, label: str, question: str, words: str, bindings: Iterable[ActiveBinding]) -> None:
        super().__init__()
        self._label = label
        self._question = question
        self._words = words
        self._active = list(bindings)

    def compose(self) -> ComposeResult:
        """The page."""
        pane = Pane(f"{self._label} · help", classes="dialog")
        pane.border_subtitle = "esc closes"
        yield pane

    def on_mount(self) -> None:
        """Fill it."""
        blocks = [prose.text(self._question, "bold"), prose.gap()]
        blocks += [prose.text(words) for words in self._words.split("\n")]
        for title, keys in self._groups():
            blocks.append(prose.heading(title))
            blocks += [prose.fact(key, Content.assemble(said)) for key, said in keys]
        blocks += [
            prose.heading("Marks"),
            prose.fact("▒ ?", "not known: nothing given says so; never the same as good"),
            prose.fact("~ italics", "inferred from names or kinds, not declared"),
            prose.fact("─ ─", "conditional: holds only if something else does"),
            prose.fact("red", "cannot wait: contain now or rotate now"),
        ]
        self.query_one(Pane).show(blocks)

    def _groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        groups: dict[str, dict[str, tuple[list[str], str]]] = {}
        for active in self._active:
            binding = active.binding
            room, dot, _ = (binding.id or "").partition(".")
            if not dot or not binding.tooltip:
                continue
            title = {"app": "Everywhere", "list": "Lists", "rows": "Lists", "pane": "Text"}.get(room, "Here")
            keys, _ = groups.setdefault(title, {}).setdefault(binding.action, ([], binding.tooltip))
            shown = self.app.get_key_display(binding)
            if shown not in keys:
                keys.append(shown)
        order = ("Here", "Lists", "Text", "Everywhere")
        return [
            (title, [(" ".join(keys), tooltip) for keys, tooltip in groups[title].values()])
            for title in order
            if title in groups
        ]
