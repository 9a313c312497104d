"""Which entries and links each action touches, looked up both ways; sets of actions are bits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np

from posture.graph.arrays import Bools, index
from posture.plan.change import Change, Cut
from posture.plan.field import Field
from posture.plan.precedence import members

T = TypeVar("T")


class Touched:
    """The changes of all actions, in the order of their ids, by entry and by link."""

    def __init__(self, changes: Sequence[Change], links: int) -> None:
        """`links` is how many the graph has."""
        self.changes = changes
        self.cuts = [Cut.of(change.links) for change in changes]
        self.cutting = sum(1 << at for at, change in enumerate(changes) if change.links)
        """The actions that take links away or narrow them."""
        rows = [cut.rows for cut in self.cuts]
        self.action = np.repeat(np.arange(len(rows)), [len(part) for part in rows])
        none = np.empty(0, dtype=np.int64)
        cut_rows = np.concatenate(rows) if rows else none
        self.keep = np.concatenate([cut.keep for cut in self.cuts]) if rows else none
        self.by_row = index(cut_rows, links + 1)
        """By the link that is changed: places in `action` and `keep`."""
        self.marked: Bools = np.zeros(links + 1, dtype=bool)
        """The links that any action changes."""
        self.marked[cut_rows] = True
        self.of_entry: dict[int, list[int]] = {}
        """The actions that change a factor or control of an entry."""
        for at, change in enumerate(changes):
            for entry in sorted(change.entries):
                self.of_entry.setdefault(entry, []).append(at)
        self._factors: list[dict[int, list[tuple[int, float]]]] = []
        self._controls: list[dict[int, list[tuple[float, float]]]] = []
        for change in changes:
            self._factors.append(_grouped((one[0], one[1:]) for one in change.factors))
            self._controls.append(_grouped((one[0], one[1:]) for one in change.controls))

    def controls(self, entry: int, mask: int) -> bool:
        """Whether an action of `mask` changes a control of `entry`."""
        return any(entry in self._controls[at] for at in members(mask))

    def left(
        self, entry: int, actions: Iterable[int], factors: np.ndarray, write: float, strong: float
    ) -> tuple[np.ndarray, float, float]:
        """What `actions`, which are among those of `entry`, leave of its factors and controls."""
        for at in actions:
            for place, value in self._factors[at].get(entry, ()):
                if value < factors[place]:
                    factors = factors.copy()
                    factors[place] = value
            for less, least in self._controls[at].get(entry, ()):
                write, strong = min(write, less), min(strong, least)
        return factors, write, strong

    def leave(self, field: Field, entry: int, actions: Iterable[int]) -> tuple[float, float, float]:
        """The same of an entry as `field` has it, the factors as their product."""
        factors, write, strong = self.left(
            entry, actions, field.factors[entry], float(field.write[entry]), float(field.strong[entry])
        )
        return likelihood(factors), write, strong

    def cut(self, mask: int) -> Cut:
        """The links of all actions of `mask`; one that several change stands several times."""
        if not mask:
            return Cut()
        return Cut(
            np.concatenate([self.cuts[at].rows for at in members(mask)]),
            np.concatenate([self.cuts[at].keep for at in members(mask)]),
        )


def likelihood(factors: np.ndarray) -> float:
    """The product, one factor after the other: the same rounding wherever it is asked for."""
    product = 1.0
    for value in factors.tolist():
        product *= value
    return product


def _grouped(pairs: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for entry, value in pairs:
        found.setdefault(entry, []).append(value)
    return found
