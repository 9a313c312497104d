"""The risk that is left of an estate: exact for any set of actions, recomputed only where it moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy

import numpy as np

from posture.graph.aims import Aims
from posture.graph.arrays import Bools, distinct, starts
from posture.graph.taken import Taken
from posture.graph.trials import Best
from posture.plan.change import Change
from posture.plan.field import Field, Trial
from posture.plan.known import Answer, Key, Known
from posture.plan.precedence import members
from posture.plan.touched import Touched, likelihood
from posture.plan.ways import Ways

MOST_GROWN = 128
"""A bundle that moves more entries than this is not grown further: weighing each step would cost too much."""

MOST_ENTRIES = 6_000
"""Above this many entries no bundle is grown along its ways; what that leaves shows against the floor."""

_MOST_AT_ONCE = 4096
"""Entries traced at a time, which bounds the memory that it takes."""

MOST_TRIED = 4
"""Actions tried next along the ways that are left, those on the heaviest first."""


class EstateRisk:
    """R(S) for sets S of actions, which are bits in the order of their ids.

    Whatever was taken so far (`take`) is the ground; questions are asked of supersets of it. A set of
    actions moves an entry only if one of them changes a factor or control of it, or a link that the best
    ways of it rest on: taking away what no best way uses leaves them all. `Best` tells one best way per
    system, so each entry has few such links.
    """

    def __init__(self, field: Field, changes: Sequence[Change]) -> None:
        self.field = field
        self.touched = Touched(changes, len(field.net.graph.links))
        width = len(self.touched.marked)
        self._none: Bools = np.zeros(width, dtype=bool)
        self.done = 0
        self._is_done: Bools = np.zeros(len(changes), dtype=bool)
        self._taken = Taken(width - 1)
        self._factors = field.factors.copy()
        self._write, self._strong = field.write.copy(), field.strong.copy()
        self._known = Known()
        self._reach = np.zeros(len(field), dtype=np.int64)
        """Per entry the weight of all its ways for a likelihood of one."""
        self._ways = Ways(self.touched, field.net.graph.size)
        self._on_way: dict[int, dict[int, int]] = {}
        """Per entry, by action: weight of the ways whose links the action would change."""
        self._entries_of: dict[int, set[int]] = {}
        """By action: entries whose best ways it would change."""
        self._retrace(range(len(field)))
        self._left = self._risks(range(len(field)))
        self.now = int(self._left.sum())
        """R after what was taken."""
        self.history: list[tuple[int, int, tuple[int, ...]]] = [(-1, self.now, ())]
        """Each action taken, in order, R after it, and the entries that it lowered; first the start."""

    def copy(self) -> EstateRisk:
        """The same ground, from which other actions may be taken."""
        made = copy(self)
        for name in ("_is_done", "_factors", "_write", "_strong", "_reach", "_left"):
            setattr(made, name, getattr(self, name).copy())
        made._taken, made._ways = Taken.of(self._taken.base.copy()), self._ways.copy()
        made.history = self.history.copy()
        # What an entry rests on is replaced as a whole, the rest is changed in place.
        made._on_way = self._on_way.copy()
        made._known = self._known.copy()
        made._entries_of = {at: set(entries) for at, entries in self._entries_of.items()}
        return made

    def risk(self, done: int) -> int:
        return self.now - self._drops([done & ~self.done])[0]

    def by_entry(self) -> np.ndarray:
        """R of each entry after what was taken."""
        return self._left.copy()

    def gains(self, done: int, bundles: Sequence[int]) -> list[int]:
        extra = done & ~self.done
        drops = self._drops([extra, *(extra | bundle & ~self.done for bundle in bundles)])
        return [drop - drops[0] for drop in drops[1:]]

    def limit(self, action: int) -> int:
        """No set of actions gains more than the limits of its members together."""
        change = self.touched.changes[action]
        most = 0
        for entry in change.entries:
            most += self._own_drop(entry, 1 << action)
        for entry in self._entries_of.get(action, ()):
            weight = self._on_way[entry][action]
            most += int(np.rint(likelihood(self._factors[entry]) * weight)) + 1
        return most

    def _own_drop(self, entry: int, mask: int) -> int:
        before = int(self._left[entry])
        if self.touched.controls(entry, mask):
            # What a control leaves depends on the classes of each way: at most, nothing is left.
            return before
        factors = self._changed(entry, mask)[0]
        return before - int(np.rint(likelihood(factors) * self._reach[entry]))

    def take(self, action: int) -> int:
        """Do `action`; answers the actions whose gain may be another from now on."""
        change, bit = self.touched.changes[action], 1 << action
        moved = self._moved(bit)
        could = self._could(action)
        for entry in change.entries:
            self._factors[entry], self._write[entry], self._strong[entry] = self._changed(entry, bit)
        self.done |= bit
        self._is_done[action] = True
        changed = bit
        for entry in moved:
            changed |= self._incident(entry)
        if change.links:
            self._taken.take(self.touched.cuts[action].rows, self.touched.cuts[action].keep)
        controlled = {one[0] for one in change.controls}
        for entry in self._known.about(could):
            changed |= self._known.forget_resting(entry, action)
        for entry in controlled:
            changed |= self._known.forget(entry)
        changed |= self._replace(sorted((moved & could) - controlled), action)
        self._retrace(sorted(moved & controlled))
        again = sorted(moved)
        held = self._left[again]
        self._left[again] = self._risks(again)
        self.now -= int((held - self._left[again]).sum())
        lowered = np.array(again, dtype=np.int64)[self._left[again] < held]
        for entry in moved:
            changed |= self._incident(entry)
        self.history.append((action, self.now, tuple(lowered.tolist())))
        return changed

    def remaining_way(self, done: int, bundle: int) -> int:
        """The actions that change a link of the best ways left to the entries that `bundle` moves."""
        mask = (done | bundle) & ~self.done
        entries = sorted(
            {entry for at in members(mask & self.touched.cutting) for entry in self._entries_of.get(at, ())}
        )
        if not entries or len(entries) > MOST_GROWN or len(self.field) > MOST_ENTRIES:
            return 0
        cut = self.touched.cut(mask & self.touched.cutting)
        trials = [(entry, *self._changed(entry, mask)[1:], 0) for entry in entries]
        found = self.field.weigh(trials, [cut], self._taken, self.touched.marked)
        weight: dict[int, int] = {}
        for _, at, left in self._along(found):
            if not mask >> at & 1:
                weight[at] = weight.get(at, 0) + left
        heaviest = sorted(weight, key=lambda at: (-weight[at], at))[:MOST_TRIED]
        return sum(1 << at for at in heaviest)

    @property
    def earning(self) -> int:
        """The actions that may lower risk, now or once others are done."""
        reached = np.zeros(len(self.touched.marked), dtype=bool)
        behind = self.field.net.behind(self.field.node) if len(self.field.node) else self.field.node
        seen = np.zeros(self.field.net.graph.size, dtype=bool)
        seen[behind] = True
        for edges in (self.field.net.walk, self.field.net.acts):
            reached[edges.row[seen[edges.src]]] = True
        reached[-1] = False
        found = 0
        for at, change in enumerate(self.touched.changes):
            lowers = any(self._own_drop(entry, 1 << at) > 0 for entry in change.entries) or bool(
                reached[self.touched.cuts[at].rows].any()
            )
            found |= lowers << at
        return found

    def _incident(self, entry: int) -> int:
        mask = 0
        for at in self.touched.of_entry.get(entry, ()):
            mask |= 1 << at
        for at in self._on_way.get(entry, ()):
            mask |= 1 << at
        return mask

    def _moved(self, mask: int) -> set[int]:
        moved: set[int] = set()
        for at in members(mask & ~self.done):
            moved |= self.touched.changes[at].entries
            moved |= self._entries_of.get(at, set())
        return moved

    def _could(self, action: int) -> set[int]:
        """Entries that can come to a link of `action` at all, on their best ways or on others."""
        rows = self.touched.cuts[action].rows
        if not len(rows):
            return set()
        return self.field.leading_to(rows)

    def _changed(self, entry: int, mask: int) -> tuple[np.ndarray, float, float]:
        write, strong = float(self._write[entry]), float(self._strong[entry])
        actions = [at for at in self.touched.of_entry.get(entry, ()) if mask >> at & 1]
        return self.touched.left(entry, actions, self._factors[entry], write, strong)

    def _drops(self, masks: Sequence[int]) -> list[int]:
        """By how much R falls with each of `masks` done beside what was taken."""
        wanted: list[list[tuple[int, float, Key | None]]] = []
        missing: dict[Key, None] = {}
        for mask in masks:
            cutting = mask & self.touched.cutting
            on_way: set[int] = set()
            for at in members(cutting):
                on_way |= self._entries_of.get(at, set())
            asked: list[tuple[int, float, Key | None]] = []
            for entry in sorted(self._moved(mask)):
                factors, write, strong = self._changed(entry, mask)
                key: Key | None = None
                if entry in on_way or write != self._write[entry] or strong != self._strong[entry]:
                    cut = cutting if entry in on_way else 0
                    key = (entry, write, strong, cut)
                    if key not in self._known:
                        missing[key] = None
                asked.append((entry, likelihood(factors), key))
            wanted.append(asked)
        self._learn(list(missing))
        return [
            sum(
                int(self._left[entry]) - int(np.rint(likely * self._total(entry, key)))
                for entry, likely, key in asked
            )
            for asked in wanted
        ]

    def _total(self, entry: int, key: Key | None) -> int:
        """What is left of the ways of `entry`."""
        reach = int(self._reach[entry])
        if key is None:
            return reach
        answer = self._known[key]
        return answer.weight if answer.rests is None else reach - answer.weight

    def _learn(self, keys: list[Key]) -> None:
        """Find what each key leaves of the ways of its entry."""
        same = [key for key in keys if self._same_controls(key)]
        other = [key for key in keys if not self._same_controls(key)]
        if other:
            totals = self._weighed(other, self._none, None).totals(len(other))
            for key, total in zip(other, totals.tolist(), strict=True):
                self._known[key] = Answer(total, None)
        if same:
            actions = {mask: list(members(mask)) for mask in {key[3] for key in same}}
            asked = [(key[0], actions[key[3]]) for key in same]
            aims, gone = self._ways.aims(asked)
            found = self._weighed(same, self.touched.marked, aims)
            totals = found.totals(len(same)).tolist()
            others = self._ways.of(found, len(same), ~self._is_done)
            for key, (entry, cut), less, more, new in zip(same, asked, gone, totals, others, strict=True):
                rests = distinct(np.concatenate([self._ways.beside(entry, cut), new.action]))
                self._known[key] = Answer(less - more, rests.astype(np.int32))

    def _same_controls(self, key: Key) -> bool:
        return bool(key[1] == self._write[key[0]] and key[2] == self._strong[key[0]])

    def _weighed(self, keys: list[Key], marked: Bools, aims: Aims | None) -> Best:
        masks = sorted({key[3] for key in keys})
        place = {mask: at for at, mask in enumerate(masks)}
        cuts = [self.touched.cut(mask) for mask in masks]
        trials: list[Trial] = [(key[0], key[1], key[2], place[key[3]]) for key in keys]
        return self.field.weigh(trials, cuts, self._taken, marked, aims)

    def _retrace(self, entries: Sequence[int]) -> None:
        """Find the best ways of `entries` on the present ground, so many at a time."""
        for first in range(0, len(entries), _MOST_AT_ONCE):
            part = entries[first : first + _MOST_AT_ONCE]
            found = self.field.weigh(self._trials(part), [], self._taken, self.touched.marked)
            self._reach[list(part)] = found.totals(len(part))
            for entry, ways in zip(part, self._ways.of(found, len(part), ~self._is_done), strict=True):
                self._rest(entry, self._ways.put(entry, ways).by_action())

    def _replace(self, entries: Sequence[int], action: int) -> int:
        """Find other ways of `entries` for those that `action`, which was just done, has changed.

        Answers the actions about which something may be another now.
        """
        about = 0
        if not entries:
            return about
        aims, _ = self._ways.aims([(entry, (action,)) for entry in entries])
        found = self.field.weigh(self._trials(entries), [], self._taken, self.touched.marked, aims)
        for entry, new in zip(entries, self._ways.of(found, len(entries), ~self._is_done), strict=True):
            ways, less = self._ways.replace(entry, (action,), new)
            self._reach[entry] -= less
            self._rest(entry, ways.by_action())
            # What was found out about cutting a link that a way goes over only now did not count that way.
            about |= self._known.forget_about(entry, distinct(new.action))
        return about

    def _trials(self, entries: Sequence[int]) -> list[Trial]:
        return [(entry, float(self._write[entry]), float(self._strong[entry]), -1) for entry in entries]

    def _rest(self, entry: int, weights: dict[int, int]) -> None:
        for at in self._on_way.get(entry, {}).keys() - weights.keys():
            self._entries_of[at].discard(entry)
        for at in weights:
            self._entries_of.setdefault(at, set()).add(entry)
        self._on_way[entry] = weights

    def _along(self, found: Best) -> Iterable[tuple[int, int, int]]:
        """Trial, action, and the weight of the ways of that trial that the action would change."""
        step, order = self.touched.by_row.rows(found.step_row)
        action = self.touched.action[order]
        open_ = ~self._is_done[action]
        many = len(self.touched.changes)
        code = distinct(found.step_way[step[open_]] * many + action[open_])
        way, action = code // many, code % many
        code = found.trial[way].astype(np.int64) * many + action
        by = np.argsort(code, kind="stable")
        begin = starts(code[by])
        weights = np.add.reduceat(found.weight[way[by]], begin) if len(begin) else code
        code = code[by][begin]
        return zip((code // many).tolist(), (code % many).tolist(), weights.tolist(), strict=True)

    def _risks(self, entries: Iterable[int]) -> np.ndarray:
        chosen = list(entries)
        product = np.ones(len(chosen))
        for place in range(self._factors.shape[1]):
            product = product * self._factors[chosen, place]
        return np.rint(product * self._reach[chosen]).astype(np.int64)
