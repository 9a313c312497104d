"""posture assess: from exported files to a report, headless."""

from __future__ import annotations

from pathlib import Path

import typer
from msgspec.structs import replace

from posture.cli import comparing, words
from posture.cli.exits import Exit
from posture.cli.gates import Gates, judged
from posture.cli.speaking import give, progress, say, unwritten
from posture.cli.viewing import written

EXAMPLES = (
    "Examples: posture assess export/; posture assess account.json -f json -o assessment.json; "
    "posture assess export/ --home ~ -f markdown --as-of 2026-07-01T09:00:00Z --fail-on critical"
)


def command(
    sources: words.Sources = None,
    home: words.Homes = None,
    repo: words.Repositories = None,
    format: str = typer.Option("summary", "--format", "-f", help="summary, markdown, json, csv or sarif."),
    output: words.Output = None,
    as_of: words.AsOf = "",
    collected_at: words.CollectedAt = "",
    settings: words.SettingsFile = None,
    workspace: Path | None = typer.Option(
        None, "--workspace", help="Read its decisions, follow its last run and save this one in it."
    ),
    baseline: str = typer.Option(
        "", "--baseline", metavar="RUN", help="Compare with this run of the workspace, or a JSON report."
    ),
    new_only: bool = typer.Option(
        False, "--new-only", help="Gates look at gaps that the baseline does not have."
    ),
    fail_on: str = typer.Option(
        "", "--fail-on", metavar="SEVERITY", help="Exit 1 on a gap this bad or worse."
    ),
    min_score: float | None = typer.Option(None, "--min-score", help="Exit 1 below this control score."),
    max_immediate: int | None = typer.Option(
        None, "--max-immediate", help="Exit 1 on more that cannot wait."
    ),
    min_coverage: float | None = typer.Option(
        None, "--min-coverage", help="Exit 4 below this coverage, in percent."
    ),
    strict_coverage: bool = typer.Option(
        False, "--strict-coverage", help="A coverage gate wins over exit 1."
    ),
    require: list[str] | None = typer.Option(
        None, "--require", metavar="SOURCE", help="Exit 4 unless it was read."
    ),
    quiet: words.Quiet = False,
) -> None:
    """Reads the sources and gives a summary or a report. It never writes to what it reads."""
    from posture.assess import assess
    from posture.model.errors import OutputError, UsageError
    from posture.reports.registry import named

    if not sources and not home and not repo:
        raise UsageError("no SOURCE was named; try `posture assess export/`, or `posture demo`")
    if new_only and not (baseline or workspace):
        raise UsageError("--new-only: there is nothing to compare with; give --baseline or --workspace")
    # A wrong word, or a place that takes no document, is told before any work.
    report = named(format)
    # A format of several tables fills a folder.
    tables = getattr(report, "tables", None) if output is not None and not output.suffix else None
    if output is not None and output.is_dir() and tables is None:
        raise OutputError(f"{output}: cannot be written (it is a folder); name a file in it")
    gates = Gates(
        fail_on, min_score, max_immediate, min_coverage, strict_coverage, tuple(require or ()), new_only
    )
    compared = comparing.run(baseline, workspace or words.DEFAULT_WORKSPACE) if baseline else None
    asked = replace(
        words.asked(sources, home, repo, as_of, collected_at, settings),
        workspace=workspace,
        baseline=compared,
    )
    if workspace is not None:
        from posture.workspace import runs

        if unread := runs.unreadable(workspace):
            say(f"posture: {unread.partition(';')[0]}; first dates start anew")
    with progress(quiet) as shown:
        assessed = assess(asked, shown)
    for problem in (*assessed.problems, *assessed.errors):
        say(f"posture: {problem}")
    if workspace is not None:
        try:
            runs.save(workspace, assessed.assessment)
        except OSError as error:
            raise unwritten(error, workspace) from None
    if tables is not None and output is not None:
        for name, table in tables(assessed.assessment).items():
            give(table, output / name)
    else:
        give(written(format, assessed.assessment, *asked.own_frameworks), output)
    failed = judged(gates, assessed.assessment, assessed.new)
    for line in failed.lines:
        say(f"posture: {line}")
    raise typer.Exit(Exit.INTERNAL if assessed.errors else failed.code)
