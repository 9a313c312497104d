"""Gates for pipelines: what must hold for exit 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from posture.cli.exits import Exit
from posture.model.errors import UsageError

if TYPE_CHECKING:
    from posture.model.assessment import Assessment

SEVERITIES = ("low", "medium", "high", "critical")
"""Words of severity, least first; spelt here because the model costs more than all of `--version`."""


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
        if self.fail_on and self.fail_on not in SEVERITIES:
            raise UsageError(f"--fail-on {self.fail_on}: is no severity; choose {', '.join(SEVERITIES)}")


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
        counted = SEVERITIES[SEVERITIES.index(gates.fail_on) :]
        count = sum(overview.gaps.get(word, 0) for word in counted)
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
    import polars as pl

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
