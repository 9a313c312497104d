"""The ways of an estate after some of its actions: any other set is weighed only where it differs."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from posture.graph.arrays import Bools, Bytes, Longs, distinct, index, starts
from posture.graph.fitting import CLOSED
from posture.graph.taken import Taken
from posture.graph.trials import Best
from posture.model.classes import EVERYTHING
from posture.plan.field import Field
from posture.plan.precedence import members
from posture.plan.touched import Touched


class Weighed(Struct, frozen=True):
    """What a set of actions leaves."""

    risk: int
    """In micro-units."""
    paths: int
    """Pairs of an entry and a system with an open way that weighs something."""
    systems: int
    """Different systems that they lead to."""


class _Ways(Struct, frozen=True):
    """Every way of some entries that weighs something, sorted by entry and system."""

    left: Longs
    """R of each entry, in micro-units."""
    owner: Longs
    """Per way: place of its entry."""
    system: Longs

    def counted(self, nodes: int) -> Longs:
        """Per node, how many ways lead there."""
        return np.bincount(self.system, minlength=nodes).astype(np.int64)


class Ground:
    """All entries after the actions `done`.

    Adding an action moves an entry only if a factor or control of it changes, or a link that its best ways
    rest on; taking one back, only if it does so or the entry can come to one of its links then.
    """

    def __init__(self, field: Field, touched: Touched, done: int = 0) -> None:
        self.field, self.touched, self.done = field, touched, done
        every = np.arange(len(field), dtype=np.int64)
        nothing = np.full(len(touched.marked), int(EVERYTHING), dtype=np.uint8)
        self._base = self._links(nothing, done, done)
        self._ways, found = self._swept(every, done, self._base, touched.marked)
        self._by_entry = index(self._ways.owner, len(field))
        self._to = self._ways.counted(field.net.graph.size)
        self.weighed = Weighed(int(self._ways.left.sum()), int(self._to.sum()), int((self._to > 0).sum()))
        self._on_way = self._resting(found)

    def after(self, mask: int) -> Weighed:
        """What is left where exactly the actions of `mask` are done."""
        added, back = mask & ~self.done, self.done & ~mask
        base = self._links(self._base.copy(), added | back, mask)
        moved = self._moved(added, back, base)
        if not len(moved):
            return self.weighed
        new, _ = self._swept(moved, mask, base, np.zeros(len(self.touched.marked), dtype=bool))
        gone = self._ways.system[self._by_entry.rows(moved)[1]]
        to = self._to - np.bincount(gone, minlength=len(self._to)) + new.counted(len(self._to))
        risk = self.weighed.risk - int(self._ways.left[moved].sum()) + int(new.left.sum())
        return Weighed(risk, int(to.sum()), int((to > 0).sum()))

    def _moved(self, added: int, back: int, base: Bytes) -> Longs:
        """Entries that the difference may move; `base` is what the new set leaves of the links."""
        moved: set[int] = set()
        for at in members(added | back):
            moved |= self.touched.changes[at].entries
        for at in members(added & self.touched.cutting):
            moved.update(self._on_way.get(at, ()))
        rows = self.touched.cut(back & self.touched.cutting).rows
        if len(rows):
            moved |= self.field.leading_to(distinct(rows), base)
        return np.array(sorted(moved), dtype=np.int64)

    def _links(self, base: Bytes, changed: int, mask: int) -> Bytes:
        """`base`, with the links of the actions `changed` as all of `mask` together leave them."""
        rows = distinct(self.touched.cut(changed & self.touched.cutting).rows)
        place, order = self.touched.by_row.rows(rows)
        done = _bools(mask, len(self.touched.changes))[self.touched.action[order]]
        base[rows] = int(EVERYTHING)
        np.bitwise_and.at(base, rows[place[done]], CLOSED[self.touched.keep[order[done]] & 31])
        return base

    def _swept(self, entries: Longs, mask: int, base: Bytes, marked: Bools) -> tuple[_Ways, Best]:
        done = _bools(mask, len(self.touched.changes))
        likely, trials = np.empty(len(entries)), []
        for n, entry in enumerate(entries.tolist()):
            actions = [at for at in self.touched.of_entry.get(entry, ()) if done[at]]
            likely[n], write, strong = self.touched.leave(self.field, entry, actions)
            trials.append((entry, write, strong, -1))
        found = self.field.weigh(trials, [], Taken.of(base), marked)
        left = np.rint(likely * found.totals(len(entries))).astype(np.int64)
        heavy = np.rint(likely[found.trial] * found.weight) > 0
        owner, system = found.trial[heavy].astype(np.int64), found.system[heavy].astype(np.int64)
        return _Ways(left, owner, system), found

    def _resting(self, found: Best) -> dict[int, list[int]]:
        """By action: entries whose best ways rest on a link that it changes."""
        step, order = self.touched.by_row.rows(found.step_row)
        entry = found.trial[found.step_way[step]].astype(np.int64)
        many = max(len(self.field), 1)
        code = distinct(self.touched.action[order].astype(np.int64) * many + entry)
        first = starts(code // many)
        parts = np.split(code % many, first[1:])
        return (
            {
                action: part.tolist()
                for action, part in zip((code[first] // many).tolist(), parts, strict=True)
            }
            if len(code)
            else {}
        )


def _bools(mask: int, many: int) -> Bools:
    """The bits of `mask`, the lowest first."""
    raw = np.frombuffer(mask.to_bytes(many // 8 + 1, "little"), dtype=np.uint8)
    return np.unpackbits(raw, bitorder="little")[:many].astype(bool)
