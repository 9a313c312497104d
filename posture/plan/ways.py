"""The best ways of each entry and the actions that would change them, replaced only where something moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from posture.graph.aims import Aims
from posture.graph.arrays import Bools, Longs, distinct, starts
from posture.graph.trials import Best
from posture.plan.touched import Touched


class _Ways(Struct, frozen=True):
    """The ways of one entry, by system, and per way the actions that would change a link of it."""

    system: Longs
    weight: Longs
    way: Longs
    """Per pair of a way and an action: the place of the way, ascending, ..."""
    action: Longs
    """... and the action."""

    def by_action(self) -> dict[int, int]:
        """By action: weight of the ways that it would change."""
        by = np.argsort(self.action, kind="stable")
        begin = starts(self.action[by])
        if not len(begin):
            return {}
        weight = np.add.reduceat(self.weight[self.way[by]], begin)
        return dict(zip(self.action[by][begin].tolist(), weight.tolist(), strict=True))

    def resting(self, actions: Sequence[int]) -> Longs:
        """Places of the ways that any of `actions` would change, ascending."""
        if len(actions) == 1:
            one: Longs = self.way[self.action == actions[0]]
            return one
        return distinct(self.way[np.isin(self.action, np.array(actions, dtype=np.int64))])

    def replaced(self, gone: Longs, new: _Ways) -> _Ways:
        """Without the ways at the places `gone`, and with those of `new`."""
        kept = np.ones(len(self.system), dtype=bool)
        kept[gone] = False
        still = kept[self.way]
        system = np.concatenate([self.system[kept], new.system])
        by = np.argsort(system, kind="stable")
        place = np.empty(len(by), dtype=np.int64)
        place[by] = np.arange(len(by))
        before = np.cumsum(kept) - 1
        way = np.concatenate([place[before[self.way[still]]], place[new.way + int(kept.sum())]])
        action = np.concatenate([self.action[still], new.action])
        order = np.argsort(way, kind="stable")
        weight = np.concatenate([self.weight[kept], new.weight])
        return _Ways(system[by], weight[by], way[order], action[order])


class Ways:
    """By entry, its ways; what is kept of one entry is replaced as a whole."""

    def __init__(self, touched: Touched, size: int) -> None:
        """`size` is how many nodes the graph has."""
        self._touched = touched
        self._size = size
        self._of: dict[int, _Ways] = {}

    def copy(self) -> Ways:
        """The same ways, from which others may be replaced."""
        made = Ways(self._touched, self._size)
        made._of = self._of.copy()
        return made

    def of(self, found: Best, trials: int, open_: Bools) -> Iterator[_Ways]:
        """What was found, trial by trial; `open_` says which actions are not done."""
        step, order = self._touched.by_row.rows(found.step_row)
        action = self._touched.action[order]
        undone = open_[action]
        many = len(open_)
        code = distinct(found.step_way[step[undone]] * many + action[undone])
        way, action = code // max(many, 1), code % max(many, 1)
        ends = np.searchsorted(found.trial, np.arange(trials + 1))
        cuts = np.searchsorted(way, ends).tolist()
        for begin, end, first, last in zip(ends.tolist(), ends[1:].tolist(), cuts, cuts[1:], strict=False):
            yield _Ways(
                found.system[begin:end].astype(np.int64),
                found.weight[begin:end],
                way[first:last] - begin,
                action[first:last],
            )

    def put(self, entry: int, ways: _Ways) -> _Ways:
        """Keep `ways` as those of `entry`."""
        self._of[entry] = ways
        return ways

    def replace(self, entry: int, actions: Sequence[int], new: _Ways) -> tuple[_Ways, int]:
        """Put `new` in the place of the ways that `actions` changed; how much less all weigh now."""
        held = self._of[entry]
        gone = held.resting(actions)
        less = int(held.weight[gone].sum()) - int(new.weight.sum())
        return self.put(entry, held.replaced(gone, new)), less

    def beside(self, entry: int, actions: Sequence[int]) -> Longs:
        """All actions that would change one of the ways that `actions` would change, some several times."""
        held = self._of[entry]
        return held.action[np.isin(held.way, held.resting(actions))]

    def aims(self, asked: Sequence[tuple[int, Sequence[int]]]) -> tuple[Aims, list[int]]:
        """For each entry with actions: the systems whose ways these would change, and what those weigh."""
        systems, weights = [], []
        for entry, actions in asked:
            held = self._of[entry]
            at = held.resting(actions)
            systems.append(held.system[at])
            weights.append(int(held.weight[at].sum()))
        trial = np.repeat(np.arange(len(asked), dtype=np.int64), [len(part) for part in systems])
        return Aims.of(trial, np.concatenate(systems), len(asked), self._size), weights
