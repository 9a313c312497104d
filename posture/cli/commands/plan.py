"""posture plan: what to do in which order, or the order of a planner instance."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import typer

from posture.cli import words
from posture.cli.speaking import give, progress, say
from posture.model.errors import InputError, UsageError

EXAMPLES = (
    "Examples: posture plan export/; posture plan --instance instances.jsonl; posture plan --instance -"
)


def command(
    sources: words.Sources = None,
    home: words.Homes = None,
    repo: words.Repositories = None,
    instance: str = typer.Option(
        "", "--instance", metavar="FILE", help="Order planner instances, JSON lines; - reads stdin."
    ),
    as_of: words.AsOf = "",
    settings: words.SettingsFile = None,
    quiet: words.Quiet = False,
) -> None:
    """The steps in order with due date, effort, what each removes and why now."""
    if instance:
        _instances(instance)
        return
    if not (sources or home or repo):
        raise UsageError("no SOURCE was named; try `posture plan export/`")
    from posture.assess import assess
    from posture.reports.steps import steps

    with progress(quiet) as shown:
        assessed = assess(words.asked(sources, home, repo, as_of, "", settings), shown)
    for problem in (*assessed.problems, *assessed.errors):
        say(f"posture: {problem}")
    give(steps(assessed.assessment), None)


def _instances(name: str) -> None:
    from posture.plan.solve import solve_lines

    if name == "-":
        lines: Iterable[str] = sys.stdin
    else:
        try:
            lines = Path(name).read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"{name}: cannot be read ({type(error).__name__}); give a file of JSON lines"
            ) from None
    for line in solve_lines(lines):
        give((line + "\n").encode(), None)
