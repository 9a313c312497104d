"""The control score: how much of what was assessed holds, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from posture.model.overview import Score
from posture.settings import Scoring


class Counts(Struct, frozen=True):
    """What one check found: its weight, and its subjects by answer."""

    weight: int
    gap: int = 0
    clear: int = 0
    unknown: int = 0
    accepted: int = 0
    given: bool = True
    """Whether anything that was given held a subject of this check."""

    @property
    def assessed(self) -> int:
        """Subjects with a decided answer; accepting a gap does not make it hold."""
        return self.gap + self.clear + self.accepted

    @property
    def applicable(self) -> int:
        """Assessed and unknown subjects."""
        return self.assessed + self.unknown


class Ceilings(Struct, frozen=True):
    """What caps the score whatever the share says."""

    contain_now: bool = False
    rotate_now: bool = False
    stale: bool = False


def score(counts: Iterable[Counts], ceilings: Ceilings, scoring: Scoring) -> Score:
    """The score of what was given, and beside it the score over every check.

    Shares are per check and not per finding, so that a large population does not drown a small one.
    """
    every = [one for one in counts if one.applicable]
    given = [one for one in every if one.given]
    value, low, high, coverage = _figures(given)
    of_all = _figures(every)
    ceiling, because = _ceiling(ceilings, scoring)
    return Score(
        value=value,
        shown=None if value is None else min(value, ceiling),
        low=low,
        high=high,
        coverage=coverage,
        ceiling=ceiling if value is not None and ceiling < value else None,
        ceiling_because=because if value is not None and ceiling < value else "",
        provisional=value is None or coverage < scoring.least_coverage,
        of_all_value=of_all[0],
        of_all_low=of_all[1],
        of_all_high=of_all[2],
    )


def _figures(counts: list[Counts]) -> tuple[float | None, float, float, float]:
    """Score (null where nothing was assessed), low end, high end, coverage: each 0 to 100."""
    total = sum(one.weight for one in counts)
    assessed = [one for one in counts if one.assessed]
    weighed = sum(one.weight for one in assessed)
    if not total:
        return None, 0.0, 100.0, 0.0
    value = sum(one.weight * one.clear / one.assessed for one in assessed)
    low = sum(one.weight * one.clear / one.applicable for one in counts)
    high = sum(one.weight * (one.clear + one.unknown) / one.applicable for one in counts)
    covered = sum(one.weight * one.assessed / one.applicable for one in counts)
    return (
        100 * value / weighed if weighed else None,
        100 * low / total,
        100 * high / total,
        100 * covered / total,
    )


def _ceiling(ceilings: Ceilings, scoring: Scoring) -> tuple[float, str]:
    caps: Mapping[str, tuple[bool, float]] = {
        "something must be contained now": (ceilings.contain_now, scoring.ceiling_contain),
        "something must be rotated now": (ceilings.rotate_now, scoring.ceiling_rotate),
        "an inventory source is older than its limit": (ceilings.stale, scoring.ceiling_stale),
    }
    holding = [(cap, because) for because, (on, cap) in caps.items() if on]
    return min(holding, default=(100.0, ""))
