"""How good an order can be at best: a lower bound of any size, and the exact optimum of small problems."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from posture.plan.fixed import FixedAtoms
from posture.plan.precedence import Precedence

LARGEST_EXACT = 14
"""Actions up to which every subset is looked at: 16,384 of them."""

MOST_TICKS = 200_000
"""Length of the knapsack's time axis; finer costs are rounded down to it, which keeps the bound a bound."""

TIE = 1e-12
"""Two areas that differ by less than this share are the same area."""


def lower_bound(residual: FixedAtoms, hours: Sequence[Fraction], wanted: Sequence[int]) -> float:
    """No order of `wanted` has a smaller area, whatever its prerequisites.

    After t ticks no more can be gained than by the best set of stand-alone gains that fits in t: joint gains
    never exceed the sum of single ones, and leaving out prerequisites only helps.
    """
    if not wanted:
        return 0.0
    whole = sum(hours[at] for at in wanted)
    per_hour = math.lcm(*(hours[at].denominator for at in wanted))
    if whole * per_hour > MOST_TICKS:
        per_hour = max(1, math.floor(MOST_TICKS / whole)) if whole < MOST_TICKS else 1
    ticks = [math.floor(hours[at] * per_hour) for at in wanted]
    length = math.floor(whole * per_hour)
    if length > 50 * MOST_TICKS:
        return 0.0
    start = residual.risk(0)
    floor = residual.risk(sum(1 << at for at in wanted))
    gains = residual.gains(0, [1 << at for at in wanted])
    best = np.zeros(length, dtype=np.int64)
    for cost, gain in zip(ticks, gains, strict=True):
        if cost == 0:
            best += gain
        elif cost < length:
            np.maximum(best[cost:], best[:-cost] + gain, out=best[cost:])
    left = np.maximum(floor, start - best)
    total: int = sum(left.tolist())
    return total / (per_hour * residual.unit)


def optimum(
    precedence: Precedence, residual: FixedAtoms, costs: Sequence[float], wanted: Sequence[int]
) -> tuple[int, ...] | None:
    """The order of `wanted` with the least area, by dynamic programming; none if there are too many."""
    if len(wanted) > LARGEST_EXACT:
        return None
    count = len(wanted)
    risks = _risks(residual, wanted)
    blocked = [_local(precedence.before[at], wanted) | _earlier(precedence, at, wanted) for at in wanted]
    area = np.full(1 << count, np.inf)
    area[0] = 0.0
    last = np.full(1 << count, -1, dtype=np.int8)
    for layer in _layers(count)[1:]:
        # Ties keep the larger id last, since ids are looked at in descending order.
        for at in range(count - 1, -1, -1):
            ends = layer[(layer >> at & 1 == 1) & (layer & blocked[at] == blocked[at])]
            starts = ends ^ (1 << at)
            tried = area[starts] + costs[wanted[at]] * risks[starts]
            better = tried < area[ends] * (1 - TIE)
            better |= np.isfinite(tried) & np.isinf(area[ends])
            area[ends[better]] = tried[better]
            last[ends[better]] = at
    found: list[int] = []
    state = (1 << count) - 1
    while state:
        at = int(last[state])
        found.append(wanted[at])
        state ^= 1 << at
    return tuple(reversed(found))


def _risks(residual: FixedAtoms, wanted: Sequence[int]) -> NDArray[np.float64]:
    """R after each subset of `wanted`: the half with an action is the half without it times its factors."""
    left = np.ones((1 << len(wanted), len(residual.weights)))
    for at, action in enumerate(wanted):
        np.multiply(left[: 1 << at], residual.left[action], out=left[1 << at : 2 << at])
    return residual.units(left).astype(np.float64)


def _local(mask: int, wanted: Sequence[int]) -> int:
    return sum(1 << place for place, at in enumerate(wanted) if mask >> at & 1)


def _earlier(precedence: Precedence, at: int, wanted: Sequence[int]) -> int:
    """The actions of `wanted` in earlier stages than `at`."""
    stage = precedence.tasks[at].stage
    return sum(1 << place for place, other in enumerate(wanted) if precedence.tasks[other].stage < stage)


@lru_cache(maxsize=LARGEST_EXACT + 1)
def _layers(count: int) -> tuple[NDArray[np.int64], ...]:
    """All subsets of `count` actions by their size."""
    subsets = np.arange(1 << count, dtype=np.int64)
    sizes = np.zeros(1 << count, dtype=np.int64)
    for at in range(count):
        sizes += subsets >> at & 1
    return tuple(subsets[sizes == size] for size in range(count + 1))
