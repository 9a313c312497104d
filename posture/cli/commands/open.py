"""posture open: the dashboard on what is named, or on the last result."""

from __future__ import annotations

import sys

import typer

from posture.cli import words
from posture.cli.speaking import give, say
from posture.cli.viewing import Viewing, written

EXAMPLES = "Examples: posture open export/; posture open account.json --home ~"

_WORKSPACE = words.DEFAULT_WORKSPACE


def command(
    sources: words.Sources = None,
    home: words.Homes = None,
    repo: words.Repositories = None,
    as_of: words.AsOf = "",
    collected_at: words.CollectedAt = "",
    settings: words.SettingsFile = None,
) -> None:
    """The dashboard on these sources. Without any, on the last result of the workspace or on the sample."""
    if not (sources or home or repo):
        raise typer.Exit(dashboard())
    from posture.tui.app import run

    asked = words.asked(sources, home, repo, as_of, collected_at, settings)
    viewing = Viewing.of(asked, words.DEFAULT_WORKSPACE, words.person())
    run(viewing.load, viewing.export, sample=False, desk=viewing)


def dashboard() -> int:
    """The last saved run, else the sample; on no terminal the summary of the same."""
    from posture.workspace import runs

    last = runs.latest(_WORKSPACE)
    if last is None:
        from posture.cli.commands.demo import command as demo

        demo(quiet=False)
        return 0
    if not sys.stdout.isatty():
        say("posture: stdout is no terminal; this is the summary of the last run")
        give(written("summary", runs.load(_WORKSPACE, last)), None)
        return 0
    from posture.tui.app import run

    viewing = Viewing(lambda _progress: runs.load(_WORKSPACE, last), _WORKSPACE, words.person())
    run(viewing.load, viewing.export, sample=False, desk=viewing)
    return 0
