"""From named files to an assessment, one room after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

from posture import access, frameworks
from posture.access.kinds import kinds
from posture.assess.overview import overview
from posture.checks.canary import canary
from posture.checks.judge import Judged, judge
from posture.checks.registry import every as every_check
from posture.checks.view import view
from posture.estate.build import Built, build, complete
from posture.estate.declared import DECLARED
from posture.graph.answers import Answers, answers
from posture.model.assessment import Assessment
from posture.model.errors import InputError
from posture.model.frames import empty, frame
from posture.model.results import RESULTS
from posture.model.tables import TABLES
from posture.plan.estate_plan import plan
from posture.plan.planned import Planned
from posture.score.controls import controls
from posture.settings import Settings
from posture.sources import registry
from posture.sources.gather import Gathered, gather

Progress = Callable[[str, int, int], None]
"""(what, done, of); `of` is 0 where nobody knows."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line, and nothing from the machine."""

    sources: tuple[Path, ...]
    homes: tuple[Path, ...] = ()
    repositories: tuple[Path, ...] = ()
    settings: Settings = field(default_factory=Settings)
    as_of: datetime | None = None
    epoch: str | None = None
    """SOURCE_DATE_EPOCH."""
    collected_at: datetime | None = None
    fingerprint_key: bytes | None = None
    own_checks: tuple[Path, ...] = ()
    own_frameworks: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessed:
    """The assessment, and one line for everything that was not read or not answered."""

    assessment: Assessment
    problems: tuple[str, ...]
    errors: tuple[str, ...]
    """Checks that raised and canaries that were missed: the document is whole, the exit code is 5."""


def assess(asked: Asked, progress: Progress = lambda _what, _done, _of: None) -> Assessed:
    """Assesses what was named. InputError where nothing could be read."""
    catalogue = frameworks.load(*asked.own_frameworks)
    for wanted in asked.settings.frameworks:
        catalogue.framework(wanted)  # a wrong id is told before any work
    gathered = gather(
        asked.sources,
        asked.homes,
        asked.repositories,
        asked.settings,
        asked.collected_at,
        asked.fingerprint_key,
        lambda done, of, _label: progress("reading", done, of),
    )
    if not gathered.anything:
        raise InputError(_nothing(gathered))
    progress("joining", 0, 0)
    built = _estate(gathered, asked)
    progress("walking the graph", 0, 0)
    answered = answers(built.estate)
    progress("asking the checks", 0, 0)
    checks = every_check(*asked.own_checks)
    judged = judge(view(built.estate, answered), checks)
    errors = (*judged.errors, *canary(checks))
    progress("ordering the plan", 0, 0)
    planned = plan(built.estate, answered, judged.findings, checks)
    judged = Judged(planned.findings, judged.unknowns, judged.tallies, judged.errors)
    tallies = {row["check"]: row for row in judged.tallies.iter_rows(named=True)}
    standing = controls(catalogue, checks, tallies, asked.settings.frameworks)
    tables = {
        **{name: built.estate[name] for name in TABLES},
        **_results(gathered, built, answered, judged, planned, standing),
    }
    # The texts of policies have served; a saved run holds what they let somebody do, and where they lie.
    tables["documents"] = empty("documents")
    summary = overview(
        tables, built, checks, planned.risk, catalogue, asked.settings, access.reference(), errors
    )
    lazy = {name: rows.lazy() for name, rows in tables.items()}
    problems = (
        *gathered.problems,
        *(f"{file}: {at}: {says}" for file, at, says in built.problems),
        *_contradictions(built.conflicts),
    )
    return Assessed(Assessment(summary, lazy), problems, errors)


def _contradictions(conflicts: pl.DataFrame) -> Iterator[str]:
    """Declarations that say two things of one fact; other sources may differ, people should not."""
    both = conflicts.filter(
        pl.col("kept_from").str.starts_with(DECLARED), pl.col("other_from").str.starts_with(DECLARED)
    )
    for row in both.iter_rows(named=True):
        kept, other = row["kept_from"].partition(" ")[2], row["other_from"].partition(" ")[2]
        yield (
            f"{row['table']} {row['key']}: {row['column']} is declared as {row['kept']} ({kept}) "
            f"and as {row['other']} ({other}); keep one"
        )


def _nothing(gathered: Gathered) -> str:
    named = "; ".join(gathered.problems[:3])
    return f"nothing could be read{f': {named}' if named else ''}; `posture sources` lists what can be read"


def _estate(gathered: Gathered, asked: Asked) -> Built:
    sources = [reader.SOURCE for reader in registry.every()]
    built = build(gathered.rows, sources, asked.settings, asked.as_of, asked.epoch)
    resolved = access.resolve(built.estate)
    found = {
        "links": resolved.links,
        "systems": resolved.systems,
        "identities": resolved.identities,
        "coverage": resolved.coverage,
    }
    return complete(
        built, found, {kind.id: kind.criticality for kind in kinds().values()}, resolved.assumptions
    )


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
