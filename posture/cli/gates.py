"""Gates for pipelines: what must hold for exit 0."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from posture.cli.exits import Exit
from posture.model.assessment import Assessment
from posture.model.errors import UsageError
from posture.model.results import Severity


@dataclass(frozen=True, slots=True)
class Gates:
    """What was asked on the command line; null or empty where it was not."""

    fail_on: str = ""
    min_score: float | None = None
    max_immediate: int | None = None
    min_coverage: float | None = None
    strict_coverage: bool = False
    require: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        words = [severity.word for severity in Severity]
        if self.fail_on and self.fail_on not in words:
            raise UsageError(f"--fail-on {self.fail_on}: is no severity; choose {', '.join(words)}")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The exit code, and one line for each gate that was not met."""

    code: Exit
    lines: tuple[str, ...]


def judged(gates: Gates, assessment: Assessment) -> Judgement:
    """Which gates are not met. Without gates, gaps alone fail nothing."""
    failed, blind = list(_failed(gates, assessment)), list(_blind(gates, assessment))
    code = Exit.DONE
    if blind:
        code = Exit.COVERAGE
    if failed and not (blind and gates.strict_coverage):
        code = Exit.GATE
    return Judgement(code, (*failed, *blind))


def _failed(gates: Gates, assessment: Assessment) -> list[str]:
    overview = assessment.overview
    lines = []
    if gates.fail_on:
        floor = Severity[gates.fail_on.upper()]
        count = sum(number for word, number in overview.gaps.items() if Severity[word.upper()] >= floor)
        if count:
            lines.append(f"gate --fail-on {gates.fail_on}: {count} gaps are as bad or worse")
    shown = overview.score.shown
    if gates.min_score is not None and (shown is None or shown < gates.min_score):
        stands = "was not assessed" if shown is None else f"is {shown:.1f}"
        lines.append(f"gate --min-score {gates.min_score:g}: the score {stands}")
    if gates.max_immediate is not None and len(overview.immediate) > gates.max_immediate:
        lines.append(
            f"gate --max-immediate {gates.max_immediate}: {len(overview.immediate)} steps cannot wait"
        )
    return lines


def _blind(gates: Gates, assessment: Assessment) -> list[str]:
    lines = []
    coverage = assessment.overview.score.coverage
    if gates.min_coverage is not None and coverage < gates.min_coverage:
        lines.append(f"gate --min-coverage {gates.min_coverage:g}: coverage is {coverage:.0f} %")
    read = assessment.tables["inputs"].filter(pl.col("outcome").is_in(["read", "partial"]))
    there = set(read.select("source").unique().collect()["source"])
    lines.extend(
        f"gate --require {source}: it was not read" for source in gates.require if source not in there
    )
    return lines
