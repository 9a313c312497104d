"""posture approve-tools: what tool servers say of their operations now is what was looked at and approved."""

from __future__ import annotations

import fnmatch

import typer

from posture.cli import words
from posture.cli.speaking import give, progress, say
from posture.model.errors import UsageError

EXAMPLES = (
    "Examples: posture approve-tools tool-lists/ --dry-run; "
    "posture approve-tools tool-lists/ --tool '*/crm*' --author mara"
)


def command(
    sources: words.Sources = None,
    home: words.Homes = None,
    repo: words.Repositories = None,
    tool: list[str] | None = typer.Option(
        None, "--tool", metavar="KEY", help="Only these tools; * stands for anything."
    ),
    dry_run: bool = typer.Option(False, "--dry-run", help="Show what would be approved and stop."),
    reason: str = typer.Option("", "--reason", help="Why."),
    author: words.Author = "",
    decided_at: words.DecidedAt = "",
    workspace: words.Workspace = words.DEFAULT_WORKSPACE,
    settings: words.SettingsFile = None,
    quiet: words.Quiet = False,
) -> None:
    """Approves the definitions of tools as they were read. What changes later is a gap."""
    if not (sources or home or repo):
        raise UsageError("no SOURCE was named; try `posture approve-tools tool-lists/ --dry-run`")
    from msgspec.structs import replace

    from posture.assess import read
    from posture.workspace import approved, decisions

    asked = replace(words.asked(sources, home, repo, settings=settings), workspace=workspace)
    with progress(quiet) as shown:
        found = read(asked, shown)
    for problem in found.problems:
        say(f"posture: {problem}")
    definitions = [
        one
        for one in approved.read(found.built.estate["tools"])
        if not tool or any(fnmatch.fnmatchcase(one.key, pattern.replace("[", "[[]")) for pattern in tool)
    ]
    if not definitions:
        raise UsageError("no definition of a tool was read; `posture sources` says how to record tool lists")
    if not dry_run:
        decided = words.now(decided_at, "--decided-at")
        decisions.append(workspace, approved.approve(definitions, author, decided, reason))
    give("".join(f"{one.state:<9} {one.now[:12]}  {one.key}\n" for one in definitions).encode(), None)
    changed = sum(one.state != "approved" for one in definitions)
    say(f"posture: {changed} of {len(definitions)} {'would be' if dry_run else 'were'} approved anew")
