"""The command line: finds its commands in their folder, turns errors into one line and an exit code."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

import click
import typer

from posture import __version__
from posture.cli import commands
from posture.cli.exits import EPILOG, Exit
from posture.cli.speaking import say
from posture.model.errors import PostureError

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
    _register()
    try:
        code = app(standalone_mode=False) or Exit.DONE
    except click.exceptions.Abort:
        code = Exit.INTERRUPTED
    except click.ClickException as error:
        say(f"posture: {error.format_message()}")
        say("posture: `posture --help` shows the commands and their words")
        code = Exit.USAGE
    except PostureError as error:
        say(f"posture: {error}")
        code = Exit(error.exit_code)
    except KeyboardInterrupt:
        say("posture: interrupted; nothing half-written was left behind")
        code = Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has had enough; that is no failure of ours.
        sys.stderr.close()
        code = Exit.DONE
    sys.exit(int(code))
