"""In which order to work: the densest bundle of actions first, stage by stage, prerequisites kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from posture.plan.precedence import Precedence, members

WAY_LENGTH = 4
"""How many actions may join an action that gains nothing alone before it is given up for now."""


class Residual(Protocol):
    """What risk is left after a set of actions, in whole units; sets are the bits of one integer."""

    def risk(self, done: int) -> int:
        """R after the actions of `done`."""
        ...

    def gains(self, done: int, bundles: Sequence[int]) -> Sequence[int]:
        """For each bundle, by how much R drops exactly if it is added to `done`."""
        ...

    def touches(self, action: int) -> int:
        """The actions whose gain may be another once `action` is done; may name too many, never too few."""
        ...

    def remaining_way(self, done: int, bundle: int) -> int:
        """The actions on the best ways that would still stand open after `done` and `bundle`."""
        ...


@dataclass(frozen=True, slots=True)
class _Bundle:
    mask: int
    gain: int
    rank: tuple[int, int, float, int]
    """Density, gain, due and id, arranged so that the greatest is the best."""


class _Search:
    """Remembers what each candidate would gain, and forgets only what the last choice can have changed."""

    def __init__(self, precedence: Precedence, residual: Residual, wanted: int) -> None:
        self.precedence = precedence
        self.residual = residual
        self.wanted = wanted
        self.done = 0
        self.grain = max(1, residual.risk(0) // 10**10)
        self.whole = precedence.cost(wanted)
        self._known: dict[int, _Bundle | None] = {}

    def rank(self, mask: int, gain: int, seed: int) -> tuple[int, int, float, int]:
        """Densities are rounded to a fixed share of the average one, so that ties are ties everywhere."""
        cost = self.precedence.cost(mask) * self.grain
        # What costs nothing and gains something outranks all that costs; 10**40 is above any density.
        density = (2 * gain * self.whole + cost) // (2 * cost) if cost else gain * 10**40
        dues = [due for at in members(mask) if (due := self.precedence.tasks[at].due) is not None]
        return density, (2 * gain + self.grain) // (2 * self.grain), -min(dues, default=float("inf")), -seed

    def best(self, stage: int) -> _Bundle | None:
        """The densest bundle that starts from an undone action of this stage; none where nothing gains."""
        undone = stage & ~self.done
        for seed in members(undone):
            if seed not in self._known:
                self._known[seed] = self._candidate(seed, stage)
        found = [bundle for seed in members(undone) if (bundle := self._known[seed]) is not None]
        return max(found, key=lambda bundle: bundle.rank, default=None)

    def take(self, bundle: int) -> None:
        """Mark `bundle` as done and forget the candidates it may have changed."""
        self.done |= bundle
        changed = 0
        for at in members(bundle):
            changed |= self.residual.touches(at) | self.precedence.after[at] | self.precedence.before[at]
        # A candidate holds its seed's prerequisites and may have grown along dependants of each of them.
        for seed in list(self._known):
            kin = self.precedence.after[seed] | 1 << seed
            kin = self.precedence.closed(kin)
            known = self._known[seed]
            if kin & changed or (known is not None and known.mask & changed):
                del self._known[seed]

    def _bundle(self, mask: int, seed: int) -> _Bundle:
        gain = self.residual.gains(self.done, (mask,))[0]
        return _Bundle(mask, gain, self.rank(mask, gain, seed))

    def _best_of(self, masks: Sequence[int], seed: int) -> _Bundle | None:
        gains = self.residual.gains(self.done, masks)
        bundles = [
            _Bundle(mask, gain, self.rank(mask, gain, seed)) for mask, gain in zip(masks, gains, strict=True)
        ]
        return max(bundles, key=lambda bundle: (bundle.rank, -bundle.mask), default=None)

    def _candidate(self, seed: int, stage: int) -> _Bundle | None:
        bundle = self._bundle((self.precedence.before[seed] | 1 << seed) & ~self.done, seed)
        dependants = self.precedence.after[seed] & stage & ~self.done & self.wanted
        if dependants.bit_count() > 1:
            bundle = self._grown(bundle, dependants, seed)
        if bundle.gain <= 0:
            bundle = self._along_way(bundle, stage, seed)
        return bundle if bundle.gain > 0 else None

    def _grown(self, bundle: _Bundle, dependants: int, seed: int) -> _Bundle:
        while True:
            wider = self._best_of(
                [
                    bundle.mask | (self.precedence.before[at] | 1 << at) & ~self.done
                    for at in members(dependants & ~bundle.mask)
                ],
                seed,
            )
            if wider is None or wider.rank[0] <= bundle.rank[0]:
                return bundle
            bundle = wider

    def _along_way(self, bundle: _Bundle, stage: int, seed: int) -> _Bundle:
        for _ in range(WAY_LENGTH - 1):
            if bundle.gain > 0:
                break
            way = self.residual.remaining_way(self.done, bundle.mask) & stage & ~self.done & ~bundle.mask
            wider = self._best_of(
                [bundle.mask | (self.precedence.before[at] | 1 << at) & ~self.done for at in members(way)],
                seed,
            )
            if wider is None:
                break
            bundle = wider
        return bundle

    def inside(self, bundle: int) -> list[int]:
        """The members of `bundle` in an order that keeps prerequisites, densest closure first."""
        if bundle.bit_count() < 2:
            return list(members(bundle))
        masks = {at: (self.precedence.before[at] | 1 << at) & bundle for at in members(bundle)}
        gains = self.residual.gains(self.done, list(masks.values()))
        ranked = sorted(
            (self.rank(mask, gain, at), at) for (at, mask), gain in zip(masks.items(), gains, strict=True)
        )
        first = masks[ranked[-1][1]]
        if first == bundle:
            # The last of it waits for all the others: they are ordered among themselves before it.
            last = ranked[-1][1]
            first = bundle & ~(1 << last)
        head = self.inside(first)
        held, self.done = self.done, self.done | first
        tail = self.inside(bundle & ~first)
        self.done = held
        return head + tail


def order(precedence: Precedence, residual: Residual, earning: int) -> tuple[int, ...]:
    """Positions of `earning` and all that it waits for, best first; the rest belongs to the control lane."""
    wanted = precedence.closed(earning)
    search = _Search(precedence, residual, wanted)
    found: list[int] = []
    for _, tasks in precedence.stages:
        stage = tasks & wanted
        while (bundle := search.best(stage)) is not None:
            found += search.inside(bundle.mask)
            search.take(bundle.mask)
        # What gains nothing any more, or only opens the way for a later stage, closes its own.
        rest = _topological(precedence, stage & ~search.done)
        found += rest
        search.take(stage & ~search.done)
    return tuple(found)


def _topological(precedence: Precedence, mask: int) -> list[int]:
    found: list[int] = []
    while mask:
        ready = next(at for at in members(mask) if precedence.before[at] & mask == 0)
        found.append(ready)
        mask &= ~(1 << ready)
    return found
