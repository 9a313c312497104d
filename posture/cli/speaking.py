"""The only writers of stdout and stderr: the document goes to one, everything else to the other."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from posture.model.errors import OutputError
from posture.model.text import plain

Progress = Callable[[str, int, int], None]
"""(what, done, of): called often; `of` is 0 where nobody knows."""


def say(line: str) -> None:
    """One line for the person, on stderr; foreign text in it cannot act on the terminal."""
    sys.stderr.write(plain(line, 4096) + "\n")


def give(document: bytes, to: Path | None) -> None:
    """The document to a file, replaced whole, or to stdout; OutputError where that takes it not."""
    if to is None and sys.stdout is None:
        raise OutputError(
            "stdout: is closed; leave it open, or name a file with -o where the command takes one"
        )
    try:
        if to is not None:
            from posture.workspace import atomic

            atomic.write(to, document)
            return
        sys.stdout.buffer.write(document)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritten(error, to) from None


def unwritten(error: OSError, to: Path | None = None) -> OutputError:
    """What to tell a person whose document, run or decision could not be written."""
    where = to or error.filename or "stdout"
    return OutputError(f"{where}: cannot be written ({error.strerror}); free the place or name another one")


@contextmanager
def progress(quiet: bool) -> Iterator[Progress]:
    """A bar on stderr where it is a terminal; silence elsewhere and with --quiet."""
    if quiet or not sys.stderr.isatty():
        yield lambda _what, _done, _of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True, no_color="NO_COLOR" in os.environ)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def show(what: str, done: int, of: int) -> None:
            bar.update(task, description=plain(what, 40).ljust(40), completed=done, total=of or None)

        yield show
