"""posture plan: what to do in which order, or the order of a planner instance."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import typer
from msgspec.structs import replace

from posture.cli import words
from posture.cli.speaking import give, progress, say
from posture.model.errors import InputError, UsageError

EXAMPLES = (
    "Examples: posture plan export/; posture plan export/ --without rotate-0a1b2c3d4e; "
    "posture plan export/ --what-if leaked.toml; posture plan --instance -"
)


def command(
    sources: words.Sources = None,
    home: words.Homes = None,
    repo: words.Repositories = None,
    instance: str = typer.Option(
        "", "--instance", metavar="FILE", help="Order planner instances, JSON lines; - reads stdin."
    ),
    without: list[str] | None = typer.Option(
        None, "--without", metavar="ACTION", help="Leave this step out; may be repeated."
    ),
    what_if: Path | None = typer.Option(
        None, "--what-if", metavar="FILE", help="Assume these facts too, in the tables of inventory.toml."
    ),
    by: str = typer.Option(
        "", "--by", metavar="owner", help="A page and a table for each owner, in the folder -o."
    ),
    output: words.Output = None,
    workspace: Path | None = typer.Option(None, "--workspace", help="Read the decisions of this workspace."),
    as_of: words.AsOf = "",
    settings: words.SettingsFile = None,
    quiet: words.Quiet = False,
) -> None:
    """The steps in order: due, effort, what each removes, why."""
    if instance:
        _instances(instance)
        return
    if not (sources or home or repo):
        raise UsageError("no SOURCE was named; try `posture plan export/`")
    if by not in ("", "owner"):
        raise UsageError(f"--by {by}: choose owner")
    if by and output is None:
        raise UsageError("--by owner: needs a folder; name one with -o")
    from posture.assess import assess
    from posture.reports.difference import difference
    from posture.reports.steps import steps

    asked = replace(words.asked(sources, home, repo, as_of, "", settings), workspace=workspace)
    changed = replace(asked, what_if=what_if, without=tuple(without or ()))
    with progress(quiet) as shown:
        before = assess(asked, shown) if changed != asked else None
        assessed = assess(changed, shown)
    for problem in (*assessed.problems, *assessed.errors):
        say(f"posture: {problem}")
    if by and output is not None:
        from posture.reports.owners import pages

        for name, data in pages(assessed.assessment).items():
            give(data, output / name)
        return
    changes = b"" if before is None else difference(before.assessment, assessed.assessment)
    give(changes + steps(assessed.assessment), output)


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
