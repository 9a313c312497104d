"""The dashboard: holds one assessment, reads it in the background, and switches between screens."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.notifications import SeverityLevel
from textual.reactive import reactive
from textual.worker import Worker, WorkerState, get_current_worker

from posture.model.assessment import Assessment
from posture.tui import say, screens, theme
from posture.tui.commands import Command, Commands
from posture.tui.desk import Desk, Exporting, Load, Stopped
from posture.tui.dialogs.export import Asked, Export
from posture.tui.dialogs.help import Help
from posture.tui.loading import Loading
from posture.tui.messages import Decided, Loaded, Told, Written
from posture.tui.queries.formats import offered
from posture.tui.screen import PostureScreen, said_of
from posture.tui.widgets.drawn import seen


class Everywhere(Commands):
    """The screens, and what works on all of them."""

    def commands(self) -> Iterable[Command]:
        """Every screen by its name, then the rest."""
        app = self.app
        assert isinstance(app, PostureApp)
        for screen in screens.every():
            yield (screen.label, screen.QUESTION, partial(app.action_go, screen.key))
        yield ("Export a report", "Choose a format and a name", app.action_export)
        yield ("Read again", "Repeat the assessment from the same sources", app.action_refresh)
        yield ("Help", "What this screen is for and its keys", app.action_help)
        for name in theme.OFFERED:
            yield (f"Theme {name}", "Colours of the screens", partial(app.use_theme, name))
        yield ("Quit", "Leave posture", app.action_quit)


_LOOKED_FOR = 2.0
"""Seconds between two looks at whether the terminal is still there."""


def _terminal() -> bool:
    return sys.__stdin__ is not None and sys.__stdin__.isatty()


class PostureApp(App[None]):
    """`load` makes the assessment on a thread, or is one already; `export` writes reports."""

    TITLE = "posture"
    CSS_PATH = "posture.tcss"
    COMMANDS = {Everywhere}  # noqa: RUF012
    COMMAND_PALETTE_DISPLAY = "^p"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(screen.key, f"go('{screen.key}')", screen.label, show=False,
                    id=f"app.go-{screen.label.lower()}", tooltip=f"{screen.label}: {screen.QUESTION}")
            for screen in screens.every()
        ),
        Binding("e", "export", "Export", id="app.export", tooltip="Write a report"),
        Binding("r", "refresh", "Refresh", show=False, id="app.refresh", tooltip="Read the sources again"),
        Binding("z", "undo", "Undo", id="app.undo", tooltip="Take the last decision of these screens back"),
        Binding("question_mark", "help", "Help", key_display="?", id="app.help",
                tooltip="This screen and its keys"),
        Binding("q", "quit", "Quit", id="app.quit", tooltip="Leave posture"),
    ]  # fmt: skip

    assessment: reactive[Assessment | None] = reactive(None, always_update=True)
    progress: reactive[str] = reactive("")
    """What is being read and how far, in a few words; empty while nothing is."""

    pending: reactive[tuple[int, str]] = reactive((0, ""))
    """How many decisions the figures do not show yet, and how they come to."""

    def __init__(
        self,
        load: Load | Assessment,
        *,
        export: Exporting | None = None,
        desk: Desk | None = None,
        sample: bool = False,
    ) -> None:
        super().__init__()
        self._load = load
        self._export = export
        self.desk = desk
        """Where one decides and tries; without it the screens only show."""
        self.sample = sample
        """Whether this is the invented company that comes with posture."""
        self._stop = threading.Event()
        self._where: dict[str, str] = {}
        for colours in theme.THEMES:
            self.register_theme(colours)
        self.theme = theme.DARK.name
        for screen in screens.every():
            self.add_mode(screen.key, screen)

    def get_default_screen(self) -> Loading:
        """Until there is something to show."""
        return Loading()

    def on_mount(self) -> None:
        """Show what there is, or start to read."""
        if not self.is_headless and _terminal():
            self.set_interval(_LOOKED_FOR, self._attended)
        if isinstance(self._load, Assessment):
            self.assessment = self._load
            self.action_go("1")
        else:
            self.action_refresh()

    def _attended(self) -> None:
        """Leave once the terminal is gone: not everybody in between passes on that its window was closed."""
        if not _terminal():
            self.exit()

    def action_go(self, key: str, at: str = "") -> None:
        """Open the screen of `key`, on what `at` names."""
        if self.assessment is None:
            return
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.switch_mode(key)
        if at and isinstance(self.screen, PostureScreen):
            self.screen.call_after_refresh(self.screen.arrive, at)

    def on_posture_screen_go(self, message: PostureScreen.Go) -> None:
        """A screen sends the person to another one."""
        self.action_go(message.key, message.at)

    def action_refresh(self) -> None:
        """Read the sources again; what is shown stays until the new result is whole."""
        if not isinstance(self._load, Assessment) and not self.progress:
            self._stop.clear()
            self._tell("Reading", 0, 0)
            self.run_worker(
                self._read, thread=True, exclusive=True, exit_on_error=False, group="load", name="load"
            )

    def _read(self) -> None:
        assert not isinstance(self._load, Assessment)
        worker = get_current_worker()

        def progress(says: str, done: int = 0, total: int = 0) -> None:
            if self._stop.is_set() or worker.is_cancelled:
                raise Stopped("Stopped before it was done.")
            self.post_message(Told(says, done, total))

        made = self._load(progress)
        if not (self._stop.is_set() or worker.is_cancelled):
            self.post_message(Loaded(made))

    def on_told(self, message: Told) -> None:
        """Pass on how far it is."""
        self._tell(message.says, message.done, message.total)

    def _tell(self, says: str, done: int, total: int) -> None:
        self.progress = f"{says} {done * 100 // total} %" if total else f"{says} …"
        if isinstance(self.screen, Loading):
            self.screen.show(says, done, total)

    def on_loaded(self, message: Loaded) -> None:
        """Show it."""
        self.progress = ""
        self._count()
        self.assessment = message.assessment
        if isinstance(self.screen, Loading):
            self.action_go("1")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say why nothing came of it."""
        if event.state is not WorkerState.ERROR:
            return
        says = said_of(event.worker.error)
        if event.worker.group == "load":
            self.progress = ""
            if isinstance(self.screen, Loading):
                self.screen.fail(says, "r tries again, q leaves.")
                return
        self.notify(says, severity="error")

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Say `message` in a corner. Strangers' names stand in it, so it never reads as markup or escapes."""
        said = seen(Content(message)).plain
        super().notify(said, title=title, severity=severity, timeout=timeout, markup=markup)

    def action_stop(self) -> None:
        """Stop reading; what was shown before stays."""
        if self.progress:
            self._stop.set()
            self.progress = "stopping …"

    def action_export(self, format: str = "markdown") -> None:
        """Ask for format and name, then write on a thread."""
        assessment = self.assessment
        if assessment is None or self._export is None:
            return
        day = assessment.overview.as_of
        stem = f"posture-{day:%Y-%m-%d}" if day else "posture"
        self.push_screen(Export(stem, offered(), format), self._write)

    def _write(self, asked: Asked | None) -> None:
        export = self._export
        if asked is None or export is None:
            return

        def write() -> None:
            self.post_message(Written(export(*asked)))

        self.run_worker(write, thread=True, exit_on_error=False, group="export", name="export")

    def on_written(self, message: Written) -> None:
        """Say where it lies."""
        self.notify(f"{message.path}\nin {say.folder(message.path)}", title="Written", timeout=12)

    def on_posture_screen_decide(self, message: PostureScreen.Decide) -> None:
        """Record what somebody decided, on a thread; it is saved as it is made."""
        if self.desk is not None:
            self._record("Decided", partial(self.desk.decide, message.said))

    def on_posture_screen_attest(self, message: PostureScreen.Attest) -> None:
        """Record what somebody answered."""
        if self.desk is not None:
            self._record("Answered", partial(self.desk.attest, message.said))

    def action_undo(self) -> None:
        """Take the last decision of these screens back."""
        if self.desk is not None and self.desk.undoable:
            self._record("Taken back", self.desk.undo)

    def _record(self, title: str, act: Callable[[], tuple[str, Assessment]]) -> None:
        def record() -> None:
            self.post_message(Decided(title, *act()))

        self.run_worker(record, thread=True, exit_on_error=False, group="decide", name="decide")

    def on_decided(self, message: Decided) -> None:
        """Say what was decided and show it."""
        self._count()
        self.assessment = message.assessment
        self.notify(message.says, title=message.title)
        self.screen.refresh_bindings()

    def _count(self) -> None:
        if self.desk is not None:
            self.pending = (self.desk.pending, self.desk.anew)

    def action_help_quit(self) -> None:
        """Ctrl+C copies in a terminal as often as it ends; what ends posture is said."""
        self.notify("q leaves posture", title="Still here")

    def action_help(self) -> None:
        """The help of this screen."""
        screen = self.screen
        if isinstance(screen, PostureScreen):
            bindings = [active for active in screen.active_bindings.values() if active.enabled]
            self.push_screen(Help(screen.label, screen.QUESTION, screen.HELP, bindings))

    def use_theme(self, name: str) -> None:
        """Other colours."""
        self.theme = name

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what cannot be done now; nothing moves under a dialog."""
        if action in ("go", "help", "export") and self.assessment is None:
            return False
        if action in ("go", "help", "export") and self.screen.is_modal:
            return None
        if action == "export" and self._export is None:
            return None
        if action == "undo":
            return self.desk is not None and self.desk.undoable and not self.screen.is_modal
        if action == "refresh" and (isinstance(self._load, Assessment) or self.progress):
            return None
        return True


def run(
    load: Load | Assessment,
    export: Exporting | None = None,
    sample: bool = False,
    desk: Desk | None = None,
) -> None:
    """Open the dashboard and return when it is left."""
    PostureApp(load, export=export, desk=desk, sample=sample).run()
