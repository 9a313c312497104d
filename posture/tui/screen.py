"""What every screen shares: the lines on top, the filter, and questions asked off the screen's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from polars.exceptions import PolarsError
from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Footer
from textual.worker import Worker, WorkerState, get_current_worker

from posture.model.assessment import Assessment
from posture.model.errors import PostureError
from posture.tui.desk import Desk, Said
from posture.tui.widgets.filter_line import FilterLine
from posture.tui.widgets.rows import Rows
from posture.tui.widgets.strips import Head, Tabs, Title

ROOMY = 100
"""Columns from which the footer names the palette too."""
REST = 0.08
"""Seconds that the cursor must stay before its row is looked up."""


def said_of(error: BaseException | None) -> str:
    """What went wrong and what to do, in a sentence."""
    if isinstance(error, (PostureError, OSError)):
        return str(error)
    if isinstance(error, PolarsError):
        return "A table of this run is damaged or of another version: assess again."
    return f"This is our fault: {error!r}"


class PostureScreen(Screen[None]):
    """One question, its answer in the title line, a list, its detail, its evidence.

    A screen says its `key` and `label` where it is declared, yields its panes in `body` and fills them in
    `show`, which is called once the widgets exist and again whenever the assessment is replaced.
    """

    AUTO_FOCUS = "#list"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (140, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-squat"), (24, "-low"), (46, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "slash",
            "filter",
            "Filter",
            key_display="/",
            id="screen.filter",
            tooltip="Keep the rows with these words",
        ),
        Binding("escape", "back", "Back", show=False, id="screen.back", tooltip="Back, or drop the filter"),
        Binding(
            "tab,l,right",
            "app.focus_next",
            "Next pane",
            show=False,
            id="screen.next-pane",
            tooltip="To the next pane",
        ),
        Binding(
            "shift+tab,h,left",
            "app.focus_previous",
            "Previous pane",
            show=False,
            id="screen.previous-pane",
            tooltip="To the previous pane",
        ),
    ]
    HELP: ClassVar[str] = ""
    """A few sentences for the help of this screen."""
    QUESTION: ClassVar[str] = ""
    key: ClassVar[str] = ""
    label: ClassVar[str] = ""

    assessment: reactive[Assessment | None] = reactive(None, always_update=True)

    head = getters.query_one(Head)
    tabs = getters.query_one(Tabs)
    headline = getters.query_one(Title)

    @dataclass
    class Answer(Message):
        """What a question asked off the screen's thread came to."""

        about: str
        then: Callable[[Any], None]
        value: Any

    @dataclass
    class Go(Message):
        """Open the screen of `key`, on what `at` names."""

        key: str
        at: str

    @dataclass
    class Decide(Message):
        """Somebody decided."""

        said: Said

    @dataclass
    class Attest(Message):
        """Somebody answered a question."""

        said: Said

    def __init__(self) -> None:
        super().__init__()
        self._offered: object = None
        self._asking: set[str] = set()
        self._resting: dict[str, Timer] = {}
        self._next: dict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = {}

    def __init_subclass__(cls, *, key: str = "", label: str = "", **kwargs: Any) -> None:
        """Where the screen lives."""
        super().__init_subclass__(**kwargs)
        cls.key, cls.label = key, label

    def compose(self) -> ComposeResult:
        """The lines on top, the panes of this screen, the keys."""
        from posture.tui.screens import every

        yield Head()
        yield Tabs([(screen.key, screen.label) for screen in every()], self.key)
        yield Title()
        yield from self.body()
        yield Footer(show_command_palette=True, compact=True)

    def body(self) -> Iterable[Widget]:
        """The panes."""
        raise NotImplementedError

    def show(self, assessment: Assessment) -> None:
        """Fill the panes."""
        raise NotImplementedError

    def on_resize(self, event: events.Resize) -> None:
        """Where there is little room, the keys of the screen come before the palette's."""
        self.query_one(Footer).show_command_palette = event.size.width >= ROOMY

    def arrive(self, at: str) -> None:
        """Somebody was sent here to see `at`."""

    @property
    def as_of(self) -> datetime | None:
        """The only now there is."""
        return self.assessment.overview.as_of if self.assessment else None

    @property
    def desk(self) -> Desk | None:
        """Where one decides and tries; null where the app only shows."""
        return getattr(self.app, "desk", None)

    def offer(self, what: object) -> None:
        """Draw the keys anew where `what` they depend on changed; that costs more than moving a cursor."""
        if what != self._offered:
            self._offered = what
            self.refresh_bindings()

    def go(self, key: str, at: str) -> None:
        """Send the person to another screen, to see `at`."""
        self.post_message(self.Go(key, at))

    def on_mount(self) -> None:
        """The widgets exist: say the question, and fill the panes."""
        self.headline.ask(self.QUESTION)
        self.watch(self.app, "assessment", self._assessed)
        self.watch(self.app, "progress", self._progressed)
        self.watch(self.app, "pending", self._pending)

    def _assessed(self, assessment: Assessment | None) -> None:
        if assessment is not None:
            self.assessment = assessment
            self.head.show(assessment.overview)
            self.tabs.show(assessment.overview)
            self.show(assessment)

    def _progressed(self, progress: str) -> None:
        self.head.progress = progress

    def _pending(self, pending: tuple[int, str]) -> None:
        self.head.pending = pending

    def ask(self, question: Callable[[], Any], then: Callable[[Any], None], about: str) -> None:
        """Answer `question` on a thread and hand the answer to `then`.

        One question `about` a thing runs at a time; of those that come meanwhile only the newest is kept, so
        that holding a key down does not pile up threads, and an answer that came too late is dropped.
        """
        if about in self._asking:
            self._next[about] = (question, then)
            return
        self._asking.add(about)

        def answer() -> None:
            value = question()
            if not get_current_worker().is_cancelled:
                self.post_message(self.Answer(about, then, value))

        self.run_worker(answer, thread=True, exit_on_error=False, group=about, name=about)

    def ask_at_rest(self, question: Callable[[], Any], then: Callable[[Any], None], about: str) -> None:
        """Ask once the cursor has stayed where it is for a moment: a key that is held down asks nothing."""
        if about in self._resting:
            self._resting[about].stop()

        def rested() -> None:
            # A timer that was stopped may have been called already.
            if self._resting.get(about) is timer:
                del self._resting[about]
                self.ask(question, then, about)

        timer = self._resting[about] = self.set_timer(REST, rested)

    @property
    def busy(self) -> bool:
        """Whether a question is asked or about to be."""
        return bool(self._asking or self._resting)

    def on_posture_screen_answer(self, message: Answer) -> None:
        """Back on the screen's thread."""
        message.stop()
        if not self._ask_next(message.about):
            message.then(message.value)

    def _ask_next(self, about: str) -> bool:
        self._asking.discard(about)
        waiting = self._next.pop(about, None)
        if waiting is not None:
            self.ask(*waiting, about)
        return waiting is not None

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A question that failed is said, not swallowed."""
        if event.state is WorkerState.ERROR:
            if not self._ask_next(event.worker.name):
                self.failed(event.worker.name)
            self.notify(
                f"{event.worker.name} could not be read: {said_of(event.worker.error)}",
                title=self.label,
                severity="error",
                markup=False,
            )

    def failed(self, about: str) -> None:
        """A question found no answer, and none is on its way."""
        for rows in self.query(Rows):
            rows.give_up()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what cannot be done now."""
        if action == "filter":
            return bool(self.query(FilterLine))
        return True

    def action_filter(self) -> None:
        """Type what to look for."""
        self.query_one(FilterLine).open()

    async def action_back(self) -> None:
        """Drop the filter; stop what is being read."""
        line = self.query(FilterLine)
        if line and line.first().value:
            line.first().action_drop()
        else:
            await self.run_action("app.stop")

    @on(FilterLine.Asked)
    def _filter(self, message: FilterLine.Asked) -> None:
        self.query_one("#list", Rows).filter(message.text)

    @on(FilterLine.Left)
    def _leave_filter(self) -> None:
        self.query_one("#list", Rows).focus()
