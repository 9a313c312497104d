"""From named files to an assessment, one room after the other."""

from __future__ import annotations

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from posture import access, frameworks
from posture.assess.following import Following, previous
from posture.assess.overview import digest, overview
from posture.assess.reading import Asked, Progress, read
from posture.checks.added import view
from posture.checks.canary import canary
from posture.checks.degraded import degraded
from posture.checks.judge import Judged, judge
from posture.checks.registry import every as every_check
from posture.estate.build import Built
from posture.graph.answers import Answers, answers
from posture.model.assessment import Assessment
from posture.model.collector import seldom_collected
from posture.model.frames import empty, frame
from posture.model.results import RESULTS
from posture.model.tables import TABLES
from posture.plan.estate_plan import plan
from posture.plan.owners import owned, owners
from posture.plan.planned import Planned
from posture.score.attestations import standings
from posture.score.controls import controls
from posture.sources.gather import Gathered


class Assessed(Struct, frozen=True):
    """The assessment, and one line for everything that was not read or not answered."""

    assessment: Assessment
    problems: tuple[str, ...]
    errors: tuple[str, ...]
    """Checks that raised and canaries that were missed: the document is whole, the exit code is 5."""
    new: frozenset[str] | None = None
    """Ids of gaps that the baseline does not have; null where nothing was compared."""


@seldom_collected()
def assess(asked: Asked, progress: Progress = lambda _what, _done, _of: None) -> Assessed:
    """Assesses what was named. InputError where nothing could be read."""
    catalogue = frameworks.load(*asked.own_frameworks)
    for wanted in asked.settings.frameworks:
        catalogue.framework(wanted)  # a wrong id is told before any work
    found = read(asked, progress)
    gathered, built = found.gathered, found.built
    progress("walking the graph", 0, 0)
    answered = answers(built.estate)
    # A link whose ends do not fit is told, since whatever it led to is not in the graph.
    told = pl.concat([built.estate["coverage"], answered.graph.refused])
    built = replace(built, estate=built.estate.having(coverage=told))
    progress("asking the checks", 0, 0)
    checks = every_check(*asked.own_checks)
    seen = view(built.estate, answered)
    judged = judge(seen, checks)
    errors = (*judged.errors, *canary(checks))
    access.forget()
    progress("ordering the plan", 0, 0)
    planned = plan(seen, answered, judged.findings, checks, asked.without)
    run = _previous(asked, gathered, built)
    following = Following.of(asked.workspace, run, asked.baseline, planned.findings, seen, checks)
    judged = Judged(following.history.findings, judged.unknowns, judged.tallies, judged.errors)
    tallies = {row["check"]: row for row in judged.tallies.iter_rows(named=True)}
    answers_given = standings(built.estate["decisions"], built.moment.time)
    standing = controls(catalogue, checks, tallies, asked.settings.frameworks, answers_given)
    tables = {
        **{name: built.estate[name] for name in TABLES},
        **_results(gathered, built, answered, judged, planned, standing),
        "history": following.history.history,
        "degraded": degraded(seen),
        "owners": owners(built.estate, {*planned.tables["steps"]["subject"], *judged.findings["subject"]}),
    }
    tables["findings"] = owned(tables["findings"], tables["owners"])
    # The texts of policies have served; a saved run holds what they let somebody do, and where they lie.
    tables["documents"] = empty("documents")
    summary = overview(
        tables, built, checks, planned.risk, catalogue, asked.settings, access.reference(), errors, run
    )
    made = Assessment(summary, {name: rows.lazy() for name, rows in tables.items()})
    summary, new = following.told(made, checks)
    return Assessed(replace(made, overview=summary), (*found.problems, *planned.warnings), errors, new)


def _previous(asked: Asked, gathered: Gathered, built: Built) -> str:
    """Id of the run of the workspace that this one follows."""
    if asked.workspace is None:
        return ""
    inputs = frame("inputs", [item.model_dump() for item in gathered.inputs])
    as_of = built.moment.time
    return previous(asked.workspace, lambda run: digest(inputs, as_of, asked.settings, run), as_of)


def _results(
    gathered: Gathered,
    built: Built,
    answered: Answers,
    judged: Judged,
    planned: Planned,
    standing: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    made = {
        "inputs": frame("inputs", [item.model_dump() for item in gathered.inputs]),
        "conflicts": built.conflicts,
        "provenance": built.provenance,
        "findings": judged.findings,
        "unknowns": judged.unknowns,
        "tallies": judged.tallies,
        "reach": answered.reach,
        "controls": standing,
        **planned.tables,
    }
    return {name: made.get(name, empty(name)) for name in RESULTS}
