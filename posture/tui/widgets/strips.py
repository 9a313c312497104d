"""The lines above every screen: where we are, the screens with their digits, the question and its answer."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from posture.model import figures
from posture.model.overview import Overview
from posture.tui import say
from posture.tui.widgets.drawn import ends


class Strip(Widget):
    """One line with two ends."""

    ALLOW_SELECT = False
    left: reactive[Content] = reactive(Content(""))
    right: reactive[Content] = reactive(Content(""))

    def render(self) -> Content:
        """Both ends at the width of now."""
        return ends(self.left, self.right, self.content_size.width)


class Head(Strip):
    """Whose estate this is, how large, and as of when; while something is read again, how far that is."""

    progress: reactive[str] = reactive("")
    pending: reactive[tuple[int, str]] = reactive((0, ""))

    def show(self, overview: Overview) -> None:
        """Say it."""
        parts = [*figures.scopes(overview), say.count(overview.agents, "agent")]
        self.left = Content.assemble(
            ("posture", "bold $primary"),
            "   ",
            (overview.organisation or "Organisation not named", "bold"),
            ("   " + " · ".join(parts), "$text-muted"),
        )
        when = f"as of {say.stamp(overview.as_of)}" if overview.as_of else "as of: no date in the input"
        self.right = Content.styled(when, "$text-muted")

    def render(self) -> Content:
        """The progress takes the right end."""
        if self.progress:
            right = Content.assemble((self.progress, "$primary"), ("   esc stops", "$text-muted"))
            return ends(self.left, right, self.content_size.width)
        number, anew = self.pending
        if number:
            words = f"{say.count(number, 'decision')} not in the figures yet"
            right = Content.assemble((words, "$warning"), (f"   {anew}", "$text-muted"))
            return ends(self.left, right, self.content_size.width)
        return super().render()


class Tabs(Widget):
    """Every screen with its digit; at the end, how much could not be seen."""

    ALLOW_SELECT = False

    def __init__(self, names: Sequence[tuple[str, str]], here: str) -> None:
        super().__init__()
        self._names = names
        self._here = here
        self._blind = 0

    def show(self, overview: Overview) -> None:
        """Keep the number of blind spots."""
        self._blind = len(overview.blind)
        self.refresh()

    def render(self) -> Content:
        """The screens; the open one stands out."""
        width = self.content_size.width
        between = self._between(width)
        parts: list[Content | str | tuple[str, str]] = []
        for key, name in self._names:
            here = key == self._here
            parts += [(key, "$primary bold" if here else "$primary"), " "]
            parts += [(name, "bold underline $foreground" if here else "$text-muted"), " " * between]
        line = Content.assemble(*parts).rstrip()
        blind = self._blind_words()
        fits = line.cell_length + blind.cell_length + 2 <= width
        return ends(line, blind if fits else Content(""), width)

    def _between(self, width: int) -> int:
        letters = sum(len(key) + 1 + len(name) for key, name in self._names)
        room = width - letters - self._blind_words().cell_length - 4
        return max(1, min(3, room // max(len(self._names) - 1, 1)))

    def _blind_words(self) -> Content:
        if not self._blind:
            return Content("")
        full = f"{say.HATCH} {say.count(self._blind, 'blind spot')}"
        narrow = self.content_size.width < 100
        return Content.styled(f"{say.HATCH}{self._blind}" if narrow else full, "$warning")

    def on_click(self, event: events.Click) -> None:
        """A click on a name opens that screen."""
        between = self._between(self.content_size.width)
        at = 0
        offset = event.get_content_offset(self)
        for key, name in self._names:
            end = at + len(key) + 1 + len(name)
            if offset is not None and at <= offset.x < end:
                self.app.simulate_key(key)
                return
            at = end + between


class Title(Strip):
    """The question of the screen, and its answer in figures at the other end."""

    brief: reactive[Content] = reactive(Content(""))

    def ask(self, question: str) -> None:
        """The question."""
        self.left = Content.styled(question, "bold")

    def answer(self, *parts: str | tuple[str, str], brief: str = "") -> None:
        """The answer, and a shorter one for where the question would be cut."""
        self.right = Content.assemble(*parts)
        self.brief = Content(brief) if brief else self.right

    def render(self) -> Content:
        """The long answer where both fit."""
        width = self.content_size.width
        fits = self.left.cell_length + self.right.cell_length + 2 <= width
        return ends(self.left, self.right if fits else self.brief, width)
