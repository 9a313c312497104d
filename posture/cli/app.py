"""The command line: finds its commands in their folder, turns errors into one line and an exit code."""

from __future__ import annotations

import errno
import os
import pkgutil
import sys
from importlib import import_module
from pathlib import Path

import typer

from posture import __version__
from posture.cli import commands
from posture.cli.exits import EPILOG, Exit
from posture.cli.speaking import say, unwritten
from posture.model.errors import Interrupted, OutputError, PostureError

_Wrong: type[Exception] = next(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
)
"""The base of every mistake on the command line; typer names only its leaves."""
_NO_PLACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})
"""What the system says when there is no place to write: nothing that is read raises it."""

app = typer.Typer(
    name="posture",
    no_args_is_help=False,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog=EPILOG,
    help="Who are our non-human identities and agents, what can each reach, and what do we fix first?"
    " Without a command: the dashboard on the last run, or on the sample.",
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"posture {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and stop."
    ),
) -> None:
    """Without a command: the dashboard on the last result of the workspace, or on the sample inventory."""
    if context.invoked_subcommand is None:
        from posture.cli.commands.open import dashboard

        raise typer.Exit(dashboard())


def _register() -> None:
    for found in pkgutil.iter_modules(commands.__path__):
        module = import_module(f"{commands.__name__}.{found.name}")
        app.command(found.name.replace("_", "-"), epilog=getattr(module, "EXAMPLES", None))(module.command)


def run() -> None:
    """Runs what the command line says and ends the process with its exit code."""
    try:
        _register()
        code = app(standalone_mode=False) or Exit.DONE
        if code == Exit.INTERRUPTED:
            raise KeyboardInterrupt
        if sys.stdout is not None:
            sys.stdout.flush()
    except Interrupted as error:
        say(f"posture: {error}")
        # A server that does not answer holds threads, and ending in order takes seconds: all is written.
        sys.stderr.flush()
        os._exit(error.exit_code)
    except PostureError as error:
        say(f"posture: {error}")
        code = error.exit_code
        if isinstance(error, OutputError):
            _drop_stdout()
    except (typer.Abort, KeyboardInterrupt):
        say("posture: interrupted; nothing half-written was left behind")
        code = Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has had enough; that is no failure of ours.
        sys.stderr.close()
        code = Exit.DONE
    except _Wrong as error:
        say(f"posture: {error.format_message() if hasattr(error, 'format_message') else error}")
        say(f"posture: {_help(error)}")
        code = Exit.USAGE
    except Exception as error:  # noqa: BLE001 - a fault of ours ends in one line, not in a trace of what was read
        if isinstance(error, OSError) and error.errno in _NO_PLACE:
            say(f"posture: {unwritten(error)}")
            _drop_stdout()
        else:
            say(_unforeseen(error))
        code = Exit.INTERNAL
    sys.exit(int(code))


def _drop_stdout() -> None:
    """Gives up what stdout did not take; the interpreter would try again and end with a code of its own."""
    if sys.stdout is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())


def _help(error: Exception) -> str:
    """Which help shows the words that would have fitted: the command's, where one was named."""
    context = getattr(error, "ctx", None)
    if context is None or context.parent is None:
        return "`posture --help` shows the commands and their words"
    return f"`posture {context.info_name} --help` shows its words"


def _unforeseen(error: Exception) -> str:
    """Kind and place of an error that is our fault; its text may quote what was read, so it stays unsaid."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    file = Path(trace.tb_frame.f_code.co_filename).name if trace else "an unknown place"
    line = trace.tb_lineno if trace else 0
    return (
        f"posture: failed at {file}:{line} with {type(error).__name__}; "
        "this is a fault of posture, please report it"
    )
