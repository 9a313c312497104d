"""The burn-down curve of an order with some of its steps left out, without walking all of it anew."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from posture.graph.arrays import Longs, distinct
from posture.graph.sweep import MICRO
from posture.graph.taken import Taken
from posture.plan.change import Cut
from posture.plan.field import Field, Trial
from posture.plan.touched import Touched

MOST_POINTS = 64
"""Steps at which a curve is weighed; with fewer that matter every one is."""

MOST_TRIALS = 20_000
"""Entries times points weighed for one curve, which takes about a second; beyond that points are thinned."""


class Burn:
    """The curve of an order of actions: `risks` are R at the start and after each, in micro-units."""

    def __init__(
        self,
        field: Field,
        touched: Touched,
        order: Sequence[int],
        hours: Sequence[float],
        risks: Sequence[int],
    ) -> None:
        self.field, self.touched = field, touched
        self.order, self.hours, self.risks = tuple(order), hours, tuple(risks)

    def without(self, out: Collection[int]) -> tuple[tuple[float, float], ...]:
        """Hours and risk at the start and after steps of the order, those of `out` left out."""
        gone = set(out)
        entries = self._could_move(gone)
        relevant = self._relevant(entries)
        turns = [n for n, at in enumerate(self.order, start=1) if at in relevant]
        most = max(1, min(MOST_POINTS, MOST_TRIALS // max(2 * len(entries), 1)))
        told = turns if len(turns) <= most else [turns[(k + 1) * len(turns) // most - 1] for k in range(most)]
        shifts = dict(zip(told, self._shifts(entries, relevant, gone, told), strict=True))
        points, spent, shift = [(0.0, self.risks[0] / MICRO)], 0.0, 0
        # Between two steps that matter the shift stays; what was left out ends where the one before it did.
        known, kept, untold = True, 0, set(turns) - set(told)
        for n, at in enumerate(self.order, start=1):
            known = n in shifts or (known and n not in untold)
            shift = shifts.get(n, shift)
            if at not in gone:
                kept, spent = n, spent + self.hours[at]
            if known and kept:
                points.append((spent, (self.risks[n] + shift) / MICRO))
                kept = 0
        return tuple(points)

    def _could_move(self, gone: set[int]) -> Longs:
        """Entries that any of `gone` might ever move."""
        moved: set[int] = set()
        for at in gone:
            moved |= self.touched.changes[at].entries
        rows = [self.touched.cuts[at].rows for at in sorted(gone)]
        if rows and sum(len(part) for part in rows):
            moved |= self.field.leading_to(distinct(np.concatenate(rows)))
        return np.array(sorted(moved), dtype=np.int64)

    def _relevant(self, entries: Longs) -> set[int]:
        """Actions of the order that may move one of `entries`."""
        found = {at for entry in entries.tolist() for at in self.touched.of_entry.get(entry, ())}
        if len(entries):
            net = self.field.net
            seen = np.zeros(net.graph.size, dtype=bool)
            seen[net.behind(self.field.node[self.field.starts.rows(entries)[1]])] = True
            passed = np.concatenate([edges.row[seen[edges.src]] for edges in (net.walk, net.acts)])
            rows = distinct(passed[self.touched.marked[passed]].astype(np.int64))
            found |= set(self.touched.action[self.touched.by_row.rows(rows)[1]].tolist())
        return found & set(self.order)

    def _shifts(self, entries: Longs, relevant: set[int], gone: set[int], told: Sequence[int]) -> list[int]:
        """After each of the steps `told`: by how much R is higher because `gone` was left out."""
        cuts: list[Cut] = []
        trials: list[Trial] = []
        likely: list[float] = []
        for n in told:
            for out in (set(), gone):
                done = {at for at in self.order[:n] if at in relevant and at not in out}
                cuts.append(self.touched.cut(sum(1 << at for at in done) & self.touched.cutting))
                for entry in entries.tolist():
                    actions = [at for at in self.touched.of_entry.get(entry, ()) if at in done]
                    product, write, strong = self.touched.leave(self.field, entry, actions)
                    likely.append(product)
                    trials.append((entry, write, strong, len(cuts) - 1))
        if not trials:
            return [0] * len(told)
        none = np.zeros(len(self.touched.marked), dtype=bool)
        found = self.field.weigh(trials, cuts, Taken(len(none) - 1), none)
        left = np.rint(np.array(likely) * found.totals(len(trials))).astype(np.int64)
        sums = left.reshape(len(told), 2, len(entries)).sum(axis=2)
        return [int(more) for more in sums[:, 1] - sums[:, 0]]
