"""Moves actions of a finished order to better places, as long as that lowers the area under the risk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from posture.plan.fixed import FixedAtoms
from posture.plan.precedence import Precedence

LONGEST_ORDER = 200
"""Longer orders are left as they are: one pass over 200 actions costs about a tenth of a second."""

LONGEST_FOR_FAMILIES = 60
"""Up to this length an action also moves together with all that it waits for, or all that waits for it."""

SMALLEST_GAIN = 1e-12
"""Share of the area below which a difference is rounding, not improvement."""

Order = tuple[int, ...]


def refined(precedence: Precedence, residual: FixedAtoms, order: Sequence[int]) -> Order:
    """The order after best-improvement moves that keep stages and prerequisites; never worse than `order`."""
    best = tuple(order)
    if len(best) > LONGEST_ORDER:
        return best
    costs = np.array([task.cost for task in precedence.tasks], dtype=np.float64)
    area = area_of(costs, residual, best)
    while True:
        found_area, found = min(_insertions(precedence, residual, costs, best), default=(area, best))
        if found_area >= area * (1 - SMALLEST_GAIN) and len(best) <= LONGEST_FOR_FAMILIES:
            moved = ((area_of(costs, residual, one), one) for one in _families(precedence, best))
            found_area, found = min(moved, default=(area, best))
        if found_area >= area * (1 - SMALLEST_GAIN):
            return best
        best, area = found, found_area


def area_of(costs: NDArray[np.float64], residual: FixedAtoms, order: Sequence[int]) -> float:
    """Sum over the actions of cost x risk before it, in ticks x units."""
    before = residual.units(residual.along(order))[:-1]
    return float(np.add.accumulate(costs[list(order)] * before)[-1]) if order else 0.0


def _insertions(
    precedence: Precedence, residual: FixedAtoms, costs: NDArray[np.float64], order: Order
) -> Iterator[tuple[float, Order]]:
    """For each action its best place elsewhere, with the area that this gives."""
    for now, action in enumerate(order):
        rest = order[:now] + order[now + 1 :]
        earliest, latest = _room(precedence, action, rest, now)
        if earliest < latest:
            areas = _areas(residual, costs, action, rest)[earliest : latest + 1]
            areas[now - earliest] = np.inf
            place = earliest + int(areas.argmin())
            yield float(areas.min()), (*rest[:place], action, *rest[place:])


def _room(precedence: Precedence, action: int, rest: Order, now: int) -> tuple[int, int]:
    """The earliest and the latest place in `rest` where `action`, now at `now`, may stand."""
    tasks, stage = precedence.tasks, precedence.tasks[action].stage
    before, after = precedence.before[action], precedence.after[action]
    earliest = latest = now
    while earliest and not before >> rest[earliest - 1] & 1 and tasks[rest[earliest - 1]].stage == stage:
        earliest -= 1
    while latest < len(rest) and not after >> rest[latest] & 1 and tasks[rest[latest]].stage == stage:
        latest += 1
    return earliest, latest


def _areas(residual: FixedAtoms, costs: NDArray[np.float64], action: int, rest: Order) -> NDArray[np.float64]:
    """The area for each place of `action` in `rest`."""
    without = residual.along(rest)
    before = residual.units(without)
    after = residual.units(without * residual.left[action])
    steps = costs[list(rest)]
    areas: NDArray[np.float64] = costs[action] * before
    areas[1:] += np.add.accumulate(steps * before[:-1])
    areas[:-1] += np.add.accumulate((steps * after[:-1])[::-1])[::-1]
    return areas


def _families(precedence: Precedence, order: Order) -> Iterator[Order]:
    """The orders where an action moves up with all that it waits for, or down with all that waits for it."""
    for now, action in enumerate(order):
        needed = precedence.before[action] | 1 << action
        for place in range(now):
            moved = order[:place] + _parted(order[place : now + 1], needed) + order[now + 1 :]
            if precedence.allows(moved):
                yield moved
        staying = ~(precedence.after[action] | 1 << action)
        for place in range(now + 1, len(order)):
            moved = order[:now] + _parted(order[now : place + 1], staying) + order[place + 1 :]
            if precedence.allows(moved):
                yield moved


def _parted(part: Order, first: int) -> Order:
    """`part` with its members of `first` in front, both halves in their old order."""
    return (*(at for at in part if first >> at & 1), *(at for at in part if not first >> at & 1))
