"""The risk that is left of fixed atoms, each a weight that every action multiplies by its own factor."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from posture.plan.precedence import members


class FixedAtoms:
    """R(S) = sum of weight x product of multipliers: submodular, since no multiplier exceeds 1."""

    def __init__(
        self, atoms: Mapping[str, float], multipliers: Sequence[Mapping[str, float]], finest: int = 12
    ) -> None:
        """`multipliers` stand in the order of the tasks; `finest` is how many decimals risk keeps at most."""
        names = sorted(atoms)
        self.weights = np.array([atoms[name] for name in names], dtype=np.float64)
        self.left = np.array(
            [[one.get(name, 1.0) for name in names] for one in multipliers], dtype=np.float64
        )
        self.left = self.left.reshape(len(multipliers), len(names))
        # 2**50 keeps every sum exact in a double, so whole units are the same on every machine.
        start = max(math.fsum(self.weights), 1e-30)
        self.unit = 10.0 ** max(0, min(finest, math.floor(math.log10(2**50 / start))))
        self._risks: dict[int, int] = {}

    def units(self, left: NDArray[np.float64]) -> NDArray[np.int64]:
        """R in whole units for each row of what is left of the atoms."""
        whole: NDArray[np.int64] = np.rint(left * self.weights * self.unit).astype(np.int64).sum(axis=-1)
        return whole

    def risk(self, done: int) -> int:
        known = self._risks.get(done)
        if known is None:
            left = np.multiply.reduce(self.left[list(members(done))], axis=0)
            known = self._risks[done] = int(self.units(left))
        return known

    def gains(self, done: int, bundles: Sequence[int]) -> list[int]:
        before = self.risk(done)
        return [before - self.risk(done | bundle) for bundle in bundles]

    def limit(self, action: int) -> int:
        """R itself: it is cheaper to weigh a candidate than to guess."""
        return self.risk(0)

    def take(self, action: int) -> int:
        return self._touched[action]

    def remaining_way(self, done: int, bundle: int) -> int:
        """None: atoms are fixed, so an action that gains nothing alone gains nothing with others."""
        return 0

    @cached_property
    def earning(self) -> int:
        """The actions that lower some atom at the start."""
        lowers = ((self.left < 1) & (self.weights > 0)).any(axis=1)
        return sum(1 << int(at) for at in np.flatnonzero(lowers))

    @cached_property
    def _touched(self) -> tuple[int, ...]:
        lowers = (self.left < 1) & (self.weights > 0)
        common = lowers.astype(np.float64) @ lowers.T.astype(np.float64) > 0
        return tuple(sum(1 << int(at) for at in np.flatnonzero(row)) for row in common)

    def risk_after_each(self, order: Sequence[int]) -> list[float]:
        """R at the start and after each action of `order`, as exactly as doubles allow."""
        left = np.ones(len(self.weights))
        risks = [math.fsum(self.weights)]
        for at in order:
            left = left * self.left[at]
            risks.append(math.fsum(self.weights * left))
        return risks

    def along(self, order: Sequence[int]) -> NDArray[np.float64]:
        """What is left of each atom at the start and after each action of `order`, one row each."""
        rows = np.vstack([np.ones(len(self.weights)), self.left[list(order)]])
        left: NDArray[np.float64] = np.multiply.accumulate(rows, axis=0)
        return left
