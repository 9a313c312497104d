"""posture diff: what changed between two runs, real change apart from other data, settings and code."""

from __future__ import annotations

import typer

from posture.cli import words
from posture.cli.gates import SEVERITIES
from posture.cli.speaking import give, say
from posture.model.errors import InputError, UsageError

EXAMPLES = "Examples: posture diff; posture diff 0a1b2c3d latest; posture diff june.json july.json"


def command(
    before: str = typer.Argument("", metavar="[RUN]", help="A run of the workspace or a JSON report."),
    after: str = typer.Argument("", metavar="[RUN]", help="The later one; `latest` for the last run."),
    workspace: words.Workspace = words.DEFAULT_WORKSPACE,
    keep: int | None = typer.Option(
        None, "--prune", metavar="KEEP", min=1, help="Remove all but so many runs; no comparison."
    ),
    output: words.Output = None,
) -> None:
    """What changed between two runs. Without RUNs: the runs."""
    from posture.cli.comparing import run
    from posture.workspace import runs

    if keep is not None:
        gone = runs.prune(workspace, keep)
        say(f"posture: {len(gone)} runs removed, {len(runs.every(workspace))} kept")
        return
    if not before:
        last, worst = runs.latest(workspace), SEVERITIES[::-1]
        if last is None:
            say(f"posture: {workspace}: holds no run yet; `posture assess SOURCE --workspace DIR` saves one")
        for id_ in runs.every(workspace):
            try:
                seen = runs.overview(workspace, id_)
            except InputError as error:
                say(f"posture: {error}")
                continue
            gaps = ", ".join(f"{seen.gaps[word]} {word}" for word in worst if word in seen.gaps) or "no gap"
            mark = "  latest" if id_ == last else ""
            when = f"{seen.as_of:%Y-%m-%d %H:%M}" if seen.as_of else "no moment"
            give(f"{id_}  {when:<16}  risk {seen.risk.total:,.0f}  {gaps}{mark}\n".encode(), None)
        return
    if not after:
        raise UsageError("name two runs; `posture diff` alone lists them")
    from posture.checks.registry import every
    from posture.reports.changes import changes
    from posture.score.diff import diff

    old, new = run(before, workspace), run(after, workspace)
    found = diff(old, new, {check.id: check.settings for check in every()})
    give(changes(old.overview, new.overview, found), output)
