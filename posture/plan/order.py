"""In which order to work: the densest bundle of actions first, stage by stage, prerequisites kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import Protocol

from msgspec import Struct

from posture.plan.precedence import Precedence, members

WAY_LENGTH = 4
"""How many actions may join an action that gains nothing alone before it is given up for now."""


MANY_DEPENDANTS = 16
"""Above this a bundle grows along its dependants in one pass: trying each again costs their square."""

_FEWEST, _MOST = 8, 256
"""How many candidates are weighed at a time."""


class Residual(Protocol):
    """What risk is left after a set of actions, in whole units; sets are the bits of one integer."""

    def risk(self, done: int) -> int:
        """R after the actions of `done`."""
        ...

    def gains(self, done: int, bundles: Sequence[int]) -> Sequence[int]:
        """For each bundle, by how much R drops exactly if it is added to `done`."""
        ...

    def limit(self, action: int) -> int:
        """At most what `action` may gain now; no set gains more than the limits of its members together."""
        ...

    def take(self, action: int) -> int:
        """Do `action`; the actions that may gain or be limited otherwise now: too many, never too few."""
        ...

    def remaining_way(self, done: int, bundle: int) -> int:
        """The actions on the best ways that would still stand open after `done` and `bundle`."""
        ...


class _Bundle(Struct, frozen=True):
    mask: int
    gain: int
    rank: tuple[int, int, float, int]
    """Density, gain, due and id, arranged so that the greatest is the best."""


class _Search:
    """Remembers what each candidate would gain, and forgets only what the last choice can have changed.

    A candidate is weighed only once its limit says that it might be the best: no bundle is denser than the
    densest limit among its members.
    """

    def __init__(self, precedence: Precedence, residual: Residual, wanted: int) -> None:
        self.precedence = precedence
        self.residual = residual
        self.wanted = wanted
        self.done = 0
        self.grain = max(1, residual.risk(0) // 10**10)
        self.whole = precedence.cost(wanted)
        self._stage = 0
        self._version = [0] * len(precedence.tasks)
        self._weighed: list[tuple[tuple[float, ...], int, int, int, _Bundle]] = []
        self._pushed = count()
        """Sets apart what is weighed twice under one version: bundles themselves have no order."""
        self._unweighed: list[tuple[int, int, int]] = []
        self._within: dict[int, set[int]] = {}
        """By action: candidates whose bundle it is in."""
        self._limits: dict[int, int] = {}
        self._kin: dict[int, list[int]] = {}
        for seed in members(wanted):
            kin = precedence.closed(precedence.after[seed] & wanted | 1 << seed)
            for at in members(kin & wanted):
                self._kin.setdefault(at, []).append(seed)

    def rank(self, mask: int, gain: int, seed: int) -> tuple[int, int, float, int]:
        """Densities are rounded to a fixed share of the average one, so that ties are ties everywhere."""
        density = self._density(gain, self.precedence.cost(mask))
        dues = [due for at in members(mask) if (due := self.precedence.tasks[at].due) is not None]
        return density, (2 * gain + self.grain) // (2 * self.grain), -min(dues, default=float("inf")), -seed

    def _density(self, gain: int, ticks: int) -> int:
        cost = ticks * self.grain
        # What costs nothing and gains something outranks all that costs; 10**40 is above any density.
        return (2 * gain * self.whole + cost) // (2 * cost) if cost else gain * 10**40

    def enter(self, stage: int) -> None:
        """Look for candidates among the actions of `stage` from now on."""
        self._stage = stage
        self._weighed, self._unweighed = [], []
        for seed in members(stage & ~self.done):
            self._forget(seed)

    def best(self) -> _Bundle | None:
        """The densest bundle that starts from an undone action of this stage; none where nothing gains."""
        many = _FEWEST
        while True:
            top = self._top()
            least = -1 if top is None else top.rank[0]
            seeds: list[int] = []
            while self._unweighed and len(seeds) < many and -self._unweighed[0][0] >= least:
                _, seed, version = heappop(self._unweighed)
                if version == self._version[seed] and not self.done >> seed & 1:
                    seeds.append(seed)
            if not seeds:
                return top
            self._weigh(seeds)
            many = min(2 * many, _MOST)

    def _top(self) -> _Bundle | None:
        while self._weighed:
            _, seed, version, _, bundle = self._weighed[0]
            if version == self._version[seed] and not self.done >> seed & 1:
                return bundle
            heappop(self._weighed)
        return None

    def _weigh(self, seeds: Sequence[int]) -> None:
        if len(seeds) > 1:
            # Asked together they are swept together; what is known then is asked again for nothing.
            self.residual.gains(self.done, [self._closure(seed) for seed in seeds])
        for seed in seeds:
            bundle = self._candidate(seed, self._stage)
            if bundle is not None:
                for at in members(bundle.mask):
                    self._within.setdefault(at, set()).add(seed)
                order = tuple(-part for part in bundle.rank)
                heappush(self._weighed, (order, seed, self._version[seed], next(self._pushed), bundle))

    def _closure(self, seed: int) -> int:
        return (self.precedence.before[seed] | 1 << seed) & ~self.done

    def _forget(self, seed: int) -> None:
        """Have `seed` weighed again before it is next among the best."""
        self._version[seed] += 1
        around = self._closure(seed)
        dependants = self.precedence.after[seed] & self._stage & ~self.done & self.wanted
        if dependants.bit_count() > 1:
            around |= self.precedence.closed(dependants) & ~self.done
        most = max(self._limit(at) for at in members(around))
        if most > 0:
            heappush(self._unweighed, (-most, seed, self._version[seed]))

    def _limit(self, at: int) -> int:
        if at not in self._limits:
            limit = self.residual.limit(at)
            self._limits[at] = self._density(limit, self.precedence.tasks[at].cost) if limit > 0 else 0
        return self._limits[at]

    def take(self, sequence: Sequence[int]) -> None:
        """Mark `sequence` as done in this order and forget the candidates it may have changed."""
        changed = 0
        for at in sequence:
            changed |= self.residual.take(at) | self.precedence.after[at] | self.precedence.before[at]
            self.done |= 1 << at
        changed &= (1 << len(self.precedence.tasks)) - 1
        stale: set[int] = set()
        # A candidate holds its seed's prerequisites and may have grown along dependants of each of them.
        for at in members(changed):
            self._limits.pop(at, None)
            stale.update(self._kin.get(at, ()))
            stale |= self._within.pop(at, set())
        for seed in sorted(stale):
            if self._stage >> seed & 1 and not self.done >> seed & 1:
                self._forget(seed)

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
        bundle = self._bundle(self._closure(seed), seed)
        dependants = self.precedence.after[seed] & stage & ~self.done & self.wanted
        if dependants.bit_count() > 1:
            bundle = self._grown(bundle, dependants, seed)
        if bundle.gain <= 0:
            bundle = self._along_way(bundle, stage, seed)
        return bundle if bundle.gain > 0 else None

    def _grown(self, bundle: _Bundle, dependants: int, seed: int) -> _Bundle:
        if dependants.bit_count() > MANY_DEPENDANTS:
            return self._grown_in_order(bundle, dependants, seed)
        while True:
            wider = self._best_of(
                [bundle.mask | self._closure(at) for at in members(dependants & ~bundle.mask)], seed
            )
            if wider is None or wider.rank[0] <= bundle.rank[0]:
                return bundle
            bundle = wider

    def _grown_in_order(self, bundle: _Bundle, dependants: int, seed: int) -> _Bundle:
        """As long as the density rises, one dependant after the other, by what each would add alone."""
        masks = {at: bundle.mask | self._closure(at) for at in members(dependants & ~bundle.mask)}
        gains = self.residual.gains(self.done, list(masks.values()))
        added = sorted(
            (-self._density(gain - bundle.gain, self.precedence.cost(mask & ~bundle.mask)), at)
            for (at, mask), gain in zip(masks.items(), gains, strict=True)
        )
        for _, at in added:
            if masks[at] & ~bundle.mask:
                wider = self._bundle(bundle.mask | masks[at], seed)
                if wider.rank[0] <= bundle.rank[0]:
                    break
                bundle = wider
        return bundle

    def _along_way(self, bundle: _Bundle, stage: int, seed: int) -> _Bundle:
        for _ in range(WAY_LENGTH - 1):
            if bundle.gain > 0:
                break
            way = self.residual.remaining_way(self.done, bundle.mask) & stage & ~self.done & ~bundle.mask
            wider = self._best_of(
                [bundle.mask | self._closure(at) for at in members(way)],
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
        if bundle.bit_count() > MANY_DEPENDANTS:
            return self._inside_many(bundle)
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

    def _inside_many(self, bundle: int) -> list[int]:
        """The same in one pass, by what each closure gains on its own."""
        masks = {at: self.precedence.closed(1 << at) & bundle for at in members(bundle)}
        gains = self.residual.gains(self.done, list(masks.values()))
        ranks = {at: self.rank(mask, gain, at) for (at, mask), gain in zip(masks.items(), gains, strict=True)}
        found: dict[int, None] = {}
        for at in sorted(masks, key=ranks.__getitem__, reverse=True):
            for need in _topological(self.precedence, masks[at] & ~_mask(found)):
                found[need] = None
        return list(found)


def bundles(precedence: Precedence, residual: Residual, earning: int) -> tuple[tuple[int, ...], ...]:
    """Positions of `earning` and all that it waits for, best first, in the bundles they were taken in."""
    return tuple(bundle for found in stages(precedence, residual, earning) for bundle in found)


def stages(precedence: Precedence, residual: Residual, earning: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    """The same stage by stage; each is searched only when it is asked for."""
    wanted = precedence.closed(earning)
    search = _Search(precedence, residual, wanted)
    for _, tasks in precedence.stages:
        found: list[tuple[int, ...]] = []
        stage = tasks & wanted
        search.enter(stage)
        while (bundle := search.best()) is not None:
            sequence = search.inside(bundle.mask)
            found.append(tuple(sequence))
            search.take(sequence)
        # What gains nothing any more, or only opens the way for a later stage, closes its own.
        rest = _topological(precedence, stage & ~search.done)
        found += [(at,) for at in rest]
        search.take(rest)
        yield tuple(found)


def order(precedence: Precedence, residual: Residual, earning: int) -> tuple[int, ...]:
    """Positions of `earning` and all that it waits for, best first; the rest belongs to the control lane."""
    return tuple(at for bundle in bundles(precedence, residual, earning) for at in bundle)


def _mask(actions: Iterable[int]) -> int:
    return sum(1 << at for at in actions)


def _topological(precedence: Precedence, mask: int) -> list[int]:
    found: list[int] = []
    while mask:
        ready = next(at for at in members(mask) if precedence.before[at] & mask == 0)
        found.append(ready)
        mask &= ~(1 << ready)
    return found
