"""The command line: finds its commands in their folder, turns errors into one line and an exit code."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module
from pathlib import Path

import typer

from posture import __version__
from posture.cli import commands
from posture.cli.exits import EPILOG, Exit
from posture.cli.speaking import say
from posture.model.errors import PostureError

_Wrong: type[Exception] = next(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
)
"""The base of every mistake on the command line; typer names only its leaves."""

app = typer.Typer(
    name="posture",
    no_args_is_help=False,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog=EPILOG,
    help="Who are our non-human identities and agents, what can each reach, and what do we fix first?",
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
    except PostureError as error:
        say(f"posture: {error}")
        code = error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        say("posture: interrupted; nothing half-written was left behind")
        code = Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has had enough; that is no failure of ours.
        sys.stderr.close()
        code = Exit.DONE
    except _Wrong as error:
        say(f"posture: {error.format_message() if hasattr(error, 'format_message') else error}")
        say("posture: `posture --help` shows the commands and their words")
        code = Exit.USAGE
    except Exception as error:  # noqa: BLE001 - a fault of ours ends in one line, not in a trace of what was read
        say(_unforeseen(error))
        code = Exit.INTERNAL
    sys.exit(int(code))


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
