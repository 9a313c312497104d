"""Moves the steps of an estate's order to better places, as long as that lowers the area under the risk.

Moving steps from one place to another changes the risk only in between, so a pass over the order, which asks
at each place what the later steps would gain there, weighs every move exactly; moves that do not overlap are
made together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from posture.plan.precedence import Precedence
from posture.plan.residual import EstateRisk

MOST_MOVES = 200
"""Moves made in one stage."""

MOST_PASSES = 12
"""Passes over one stage; each finds the moves that the ones before have opened."""

MOST_TOGETHER = 8
"""Steps that were taken together move together; with more of them they stay where they are."""

FURTHEST_BACK = 8
"""Places by which a step is moved back at once; forward it goes as far as its prerequisites let it."""

SMALLEST_GAIN = 1e-12
"""Share of the area below which a difference is rounding, not improvement."""

Unit = tuple[int, ...]
"""Actions that were taken together, in order."""
Taken = tuple[int, int, tuple[int, ...]]
"""An action, R after it, and the entries that it lowered."""


class _Move(Struct, frozen=True):
    """The unit at `last` to the place `first`, or back, and by how much the area is smaller then."""

    better: int
    first: int
    last: int
    back: bool = False
    """Whether it is the unit at `first` that moves."""

    def made(self, units: Sequence[Unit]) -> tuple[Unit, ...]:
        between = units[self.first : self.last + 1]
        turned = (*between[1:], between[0]) if self.back else (between[-1], *between[:-1])
        return (*units[: self.first], *turned, *units[self.last + 1 :])


def moved(
    precedence: Precedence, ground: EstateRisk, units: Sequence[Unit], most: int
) -> tuple[tuple[Unit, ...], tuple[Taken, ...]]:
    """`units` of one stage with the first `most` actions in a better order, and what each of those does.

    `ground` is the estate before the stage; it is not changed.
    """
    many, actions = 0, 0
    while many < len(units) and actions + len(units[many]) <= most:
        actions += len(units[many])
        many += 1
    best, rest = tuple(units[:many]), tuple(units[many:])
    left = MOST_MOVES
    for _ in range(MOST_PASSES):
        moves = _Pass(precedence, ground, best).moves()[:left]
        if not moves:
            break
        left -= len(moves)
        for move in moves:
            best = move.made(best)
    walked = ground.copy()
    before = len(walked.history)
    for unit in best:
        for at in unit:
            walked.take(at)
    return (*best, *rest), tuple(walked.history[before:])


class _Pass:
    """One pass over `units`: at every place the gains of all that stand later."""

    def __init__(self, precedence: Precedence, ground: EstateRisk, units: Sequence[Unit]) -> None:
        self.precedence, self.units = precedence, units
        self.cost = [[precedence.tasks[at].cost for at in unit] for unit in units]
        self.mask = [sum(1 << at for at in unit) for unit in units]
        self.begin = np.cumsum([0, *(len(unit) for unit in units)])
        flat = [at for unit in units for at in unit]
        self.spent = np.array([precedence.tasks[at].cost for at in flat], dtype=np.int64)
        self.risks = np.zeros(len(flat) + 1, dtype=np.int64)
        """R before each action, and at the end."""
        self.gains = np.zeros((len(units), len(flat)), dtype=np.int64)
        """Of each unit, at the place of each action before it."""
        self.earliest = [self._earliest(at) for at in range(len(units))]
        self.inside: dict[tuple[int, int], list[int]] = {}
        """By unit and place: what its actions but the last gain there, one after the other."""
        self._walk(ground.copy())
        self.behind: dict[int, list[list[int]]] = {}
        """By unit: what those that follow gain at its place one after the other, and its own actions then."""
        self._ask_behind(ground.copy())

    def _walk(self, residual: EstateRisk) -> None:
        units, known = self.units, [0] * len(self.units)
        changed, k = -1, 0
        for place, unit in enumerate(units):
            for n, at in enumerate(unit):
                later = range(place + (n > 0), len(units))
                asked = [one for one in later if self.mask[one] & changed]
                for one, gain in zip(
                    asked, residual.gains(residual.done, [self.mask[one] for one in asked]), strict=True
                ):
                    known[one] = gain
                self.gains[:, k] = known
                if n == 0:
                    self._ask_inside(residual, place)
                self.risks[k] = residual.now
                changed = residual.take(at)
                k += 1
        self.risks[k] = residual.now

    def _ask_inside(self, residual: EstateRisk, place: int) -> None:
        for one in range(place + 1, len(self.units)):
            unit = self.units[one]
            if 1 < len(unit) <= MOST_TOGETHER and self.earliest[one] <= place:
                masks = [sum(1 << at for at in unit[:n]) for n in range(1, len(unit))]
                self.inside[one, place] = list(residual.gains(residual.done, masks))

    def _ask_behind(self, residual: EstateRisk) -> None:
        """What would be gained if a unit stood further back: only where others gain less because of it.

        Where they do not, moving it back is the same as moving them forward.
        """
        asked = {at: self._latest(at) for at, unit in enumerate(self.units) if len(unit) <= MOST_TOGETHER}
        asked = {at: latest for at, latest in asked.items() if self._hinders(at, latest)}
        for place in range(max(asked, default=-1) + 1):
            if place in asked:
                self.behind[place] = self._gained_behind(residual, place, asked[place])
            for at in self.units[place]:
                residual.take(at)

    def _hinders(self, at: int, latest: int) -> bool:
        before, after = int(self.begin[at]), int(self.begin[at + 1])
        behind = slice(at + 1, latest + 1)
        if after == self.gains.shape[1]:
            return False
        return bool((self.gains[behind, before] != self.gains[behind, after]).any())

    def _gained_behind(self, residual: EstateRisk, place: int, latest: int) -> list[list[int]]:
        unit, asked, passed = self.units[place], [], 0
        for one in range(place + 1, latest + 1):
            masks = [passed]
            for at in self.units[one]:
                masks.append(masks[-1] | 1 << at)
            passed = masks.pop()
            own = [passed | sum(1 << at for at in unit[:n]) for n in range(len(unit))]
            asked.append([*masks, *own])
        gains = iter(residual.gains(residual.done, [mask for masks in asked for mask in masks]))
        return [[next(gains) for _ in masks] for masks in asked]

    def _latest(self, at: int) -> int:
        """The last place, not too far, after which nothing has stood that waits for the unit."""
        needed = 0
        for one in self.units[at]:
            needed |= self.precedence.after[one]
        most = min(at + FURTHEST_BACK, len(self.units) - 1)
        place = at
        while place < most and not self.mask[place + 1] & needed:
            place += 1
        return place

    def _earliest(self, at: int) -> int:
        """The place before which nothing stands that the unit waits for."""
        needs = 0
        for one in self.units[at]:
            needs |= self.precedence.before[one]
        place = at
        while place and not self.mask[place - 1] & needs:
            place -= 1
        return place

    def moves(self) -> list[_Move]:
        """Moves that lower the area and do not overlap, the best first."""
        least = int(SMALLEST_GAIN * float((self.spent * self.risks[:-1]).sum()))
        found = [move for move in (*self._forward(), *self._back()) if move.better > least]
        chosen: list[_Move] = []
        taken = np.zeros(len(self.units), dtype=bool)
        for move in sorted(found, key=lambda one: (-one.better, one.first, one.last, one.back)):
            if not taken[move.first : move.last + 1].any():
                taken[move.first : move.last + 1] = True
                chosen.append(move)
        return chosen

    def _forward(self) -> Iterator[_Move]:
        """Each unit at its best place before its own."""
        for at, unit in enumerate(self.units):
            begin, end = int(self.begin[at]), int(self.begin[at + 1])
            # What gains nothing where it stands would only make the others wait.
            if len(unit) > MOST_TOGETHER or self.earliest[at] == at or self.risks[begin] == self.risks[end]:
                continue
            saved = np.cumsum((self.spent[:begin] * self.gains[at, :begin])[::-1])[::-1]
            own = int((self.spent[begin:end] * self.risks[begin:end]).sum())
            better = [
                int(saved[self.begin[place]]) + own - self._at(at, place)
                for place in range(self.earliest[at], at)
            ]
            most = max(better)
            place = self.earliest[at] + better.index(most)
            yield _Move(most, place, at)

    def _at(self, one: int, place: int) -> int:
        """Area of the unit itself at `place`."""
        risk = int(self.risks[self.begin[place]])
        return _area(self.cost[one], risk, [0, *self.inside.get((one, place), ())])

    def _back(self) -> Iterator[_Move]:
        """Each unit at every place among those next behind it that was asked about."""
        for at, told in self.behind.items():
            risk, area = int(self.risks[self.begin[at]]), 0
            for last, gains in enumerate(told, start=at + 1):
                passed = len(self.units[last])
                area += _area(self.cost[last], risk, gains[:passed])
                span = slice(int(self.begin[at]), int(self.begin[last + 1]))
                was = int((self.spent[span] * self.risks[span]).sum())
                yield _Move(was - area - _area(self.cost[at], risk, gains[passed:]), at, last, back=True)


def _area(costs: Sequence[int], risk: int, gained: Sequence[int]) -> int:
    return sum(cost * (risk - gain) for cost, gain in zip(costs, gained, strict=True))
