"""Gates for pipelines: what must hold for exit 0."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from posture.cli.exits import Exit
from posture.model.errors import UsageError

if TYPE_CHECKING:
    from posture.model.assessment import Assessment

SEVERITIES = ("low", "medium", "high", "critical")
"""Words of severity, least first; spelt here because the model costs more than all of `--version`."""


class Gates(Struct, frozen=True):
    """What was asked on the command line; null or empty where it was not."""

    fail_on: str = ""
    min_score: float | None = None
    max_immediate: int | None = None
    min_coverage: float | None = None
    strict_coverage: bool = False
    require: tuple[str, ...] = ()
    new_only: bool = False
    """Whether --fail-on and --max-immediate look at what the baseline does not have, and at nothing else."""

    def __post_init__(self) -> None:
        if self.fail_on and self.fail_on not in SEVERITIES:
            raise UsageError(f"--fail-on {self.fail_on}: is no severity; choose {', '.join(SEVERITIES)}")


class Judgement(Struct, frozen=True):
    """The exit code, and one line for each gate that was not met."""

    code: Exit
    lines: tuple[str, ...]


def judged(gates: Gates, assessment: Assessment, new: frozenset[str] | None = None) -> Judgement:
    """Which gates are not met. Without gates, gaps alone fail nothing.

    `new` holds the ids of gaps that the baseline does not have; null where there is none: then all are new.
    """
    counted = new if gates.new_only else None
    failed, blind = list(_failed(gates, assessment, counted)), list(_blind(gates, assessment))
    code = Exit.DONE
    if blind:
        code = Exit.COVERAGE
    if failed and not (blind and gates.strict_coverage):
        code = Exit.GATE
    return Judgement(code, (*failed, *blind))


def _failed(gates: Gates, assessment: Assessment, new: frozenset[str] | None) -> list[str]:
    overview = assessment.overview
    lines = []
    if gates.fail_on:
        counted = SEVERITIES[SEVERITIES.index(gates.fail_on) :]
        gaps = overview.gaps if new is None else _gaps_among(assessment, new)
        count = sum(gaps.get(word, 0) for word in counted)
        if count:
            which = "gaps" if new is None else "new gaps"
            lines.append(f"gate --fail-on {gates.fail_on}: {count} {which} are as bad or worse")
    shown = overview.score.shown
    if gates.min_score is not None and (shown is None or shown < gates.min_score):
        from posture.model import figures

        counts = "" if shown is None else f" and counts as {shown:.1f}"
        stands = f"the {figures.SCORE} is {figures.score(overview.score)}{counts}"
        lines.append(f"gate --min-score {gates.min_score:g}: {stands}")
    urgent = {item.step for item in overview.immediate}
    if new is not None:
        urgent &= _steps_closing(assessment, new)
    if gates.max_immediate is not None and len(urgent) > gates.max_immediate:
        lines.append(f"gate --max-immediate {gates.max_immediate}: {len(urgent)} steps cannot wait")
    return lines


def _gaps_among(assessment: Assessment, ids: frozenset[str]) -> Counter[str]:
    rows = assessment.frame("findings").select("id", "result", "severity").iter_rows()
    return Counter(severity for id_, result, severity in rows if result == "gap" and id_ in ids)


def _steps_closing(assessment: Assessment, ids: frozenset[str]) -> set[str]:
    rows = assessment.frame("step_findings").select("step", "finding").iter_rows()
    return {step for step, finding in rows if finding in ids}


def _blind(gates: Gates, assessment: Assessment) -> list[str]:
    import polars as pl

    from posture.sources.registry import every

    lines = []
    coverage = assessment.overview.score.coverage
    if gates.min_coverage is not None and coverage < gates.min_coverage:
        lines.append(f"gate --min-coverage {gates.min_coverage:g}: coverage is {coverage:.0f} %")
    read = assessment.tables["inputs"].filter(pl.col("outcome").is_in(["read", "partial"]))
    there = set(read.select("source").unique().collect()["source"])
    known = {reader.SOURCE.id for reader in every()}
    for source in gates.require:
        if source not in there:
            why = (
                "it was not read"
                if source in known
                else "there is no such source; `posture sources` lists them"
            )
            lines.append(f"gate --require {source}: {why}")
    return lines
