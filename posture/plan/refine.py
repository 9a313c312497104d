"""Moves actions of a finished order to better places, as long as that lowers the area under the risk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from posture.plan.fixed import FixedAtoms
from posture.plan.precedence import Precedence

LONGEST_ORDER = 200
"""Longer orders are left as they are: a pass costs the square of the length."""

LONGEST_RUN = 3
"""An enabler is worth moving only together with what it opens, so short runs of actions move as one."""

SMALLEST_GAIN = 1e-12
"""Share of the area below which a difference is rounding, not improvement."""


def refined(precedence: Precedence, residual: FixedAtoms, order: Sequence[int]) -> tuple[int, ...]:
    """The order after best-improvement moves that keep stages and prerequisites; never worse than `order`."""
    best = tuple(order)
    if len(best) > LONGEST_ORDER:
        return best
    costs = np.array([task.cost for task in precedence.tasks], dtype=np.float64)
    area = area_of(costs, residual, best)
    while True:
        moves = _moves(precedence, residual, costs, best)
        found_area, found = min(moves, key=lambda move: move[0], default=(area, best))
        if found_area >= area * (1 - SMALLEST_GAIN):
            return best
        best, area = found, found_area


def area_of(costs: NDArray[np.float64], residual: FixedAtoms, order: Sequence[int]) -> float:
    """Sum over the actions of cost x risk before it, in ticks x units."""
    before = residual.units(residual.along(order))[:-1]
    return _sum(costs[list(order)] * before)


def _moves(
    precedence: Precedence, residual: FixedAtoms, costs: NDArray[np.float64], order: tuple[int, ...]
) -> Iterator[tuple[float, tuple[int, ...]]]:
    """For each run of the order the best place elsewhere, with the area it gives."""
    for length in range(1, min(LONGEST_RUN, len(order) - 1) + 1):
        for first in range(len(order) - length + 1):
            run, rest = order[first : first + length], order[:first] + order[first + length :]
            earliest, latest = _room(precedence, run, rest, first)
            if earliest == latest:
                continue
            areas = _areas(residual, costs, run, rest)[earliest : latest + 1]
            areas[first - earliest] = np.inf
            place = int(areas.argmin())
            at = earliest + place
            yield float(areas[place]), rest[:at] + run + rest[at:]


def _room(precedence: Precedence, run: Sequence[int], rest: Sequence[int], first: int) -> tuple[int, int]:
    """The earliest and the latest place in `rest` where `run`, now at `first`, may stand."""
    before, after = 0, 0
    for at in run:
        before |= precedence.before[at]
        after |= precedence.after[at]
    stages = [precedence.tasks[at].stage for at in run]
    earliest = latest = first
    while earliest and not before >> rest[earliest - 1] & 1:
        if precedence.tasks[rest[earliest - 1]].stage < max(stages):
            break
        earliest -= 1
    while latest < len(rest) and not after >> rest[latest] & 1:
        if precedence.tasks[rest[latest]].stage > min(stages):
            break
        latest += 1
    return earliest, latest


def _areas(
    residual: FixedAtoms, costs: NDArray[np.float64], run: Sequence[int], rest: Sequence[int]
) -> NDArray[np.float64]:
    """The area for each place of `run` in `rest`."""
    without = residual.along(rest)
    inner = residual.along(run)
    steps = costs[list(rest)]
    ahead = steps * residual.units(without)[:-1]
    behind = steps * residual.units(without * inner[-1])[:-1]
    areas = np.zeros(len(rest) + 1)
    areas[1:] += np.add.accumulate(ahead)
    areas[:-1] += np.add.accumulate(behind[::-1])[::-1]
    for left, at in zip(inner, run, strict=False):
        areas += costs[at] * residual.units(without * left)
    return areas


def _sum(values: NDArray[np.float64]) -> float:
    return float(np.add.accumulate(values)[-1]) if len(values) else 0.0
