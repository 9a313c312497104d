"""What an action does to path risk: factors of entries, controls on agents, links taken away or narrowed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

import numpy as np
from msgspec import Struct, field


class Change(Struct, frozen=True):
    """Several of them, in any order, leave the least factor, the strongest control, the fewest classes."""

    factors: tuple[tuple[int, int, float], ...] = ()
    """Entry, place of the factor, and the value that it has at most afterwards."""
    controls: tuple[tuple[int, float, float], ...] = ()
    """Entry, and what is left of writing and of strong actions at most."""
    links: tuple[tuple[int, int], ...] = ()
    """Row of a link and the classes that are left of it; 0 where it is gone."""

    def __bool__(self) -> bool:
        return bool(self.factors or self.controls or self.links)

    def __or__(self, other: Change) -> Change:
        return Change(
            _smallest(self.factors + other.factors),
            _strongest(self.controls + other.controls),
            _fewest(self.links + other.links),
        )

    @classmethod
    def together(cls, changes: Iterable[Change]) -> Change:
        """All of `changes`."""
        return reduce(or_, changes, cls())

    @property
    def entries(self) -> set[int]:
        """Entries that it changes without touching a link."""
        return {one[0] for one in self.factors} | {one[0] for one in self.controls}


class Cut(Struct, frozen=True):
    """The links of a change as arrays."""

    rows: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    keep: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @classmethod
    def of(cls, links: Iterable[tuple[int, int]]) -> Cut:
        """Of rows and the classes left of each."""
        pairs = np.array(sorted(links), dtype=np.int64).reshape(-1, 2)
        return cls(pairs[:, 0], pairs[:, 1])


def _smallest(given: tuple[tuple[int, int, float], ...]) -> tuple[tuple[int, int, float], ...]:
    found: dict[tuple[int, int], float] = {}
    for entry, place, value in given:
        found[entry, place] = min(value, found.get((entry, place), value))
    return tuple((entry, place, value) for (entry, place), value in sorted(found.items()))


def _strongest(given: tuple[tuple[int, float, float], ...]) -> tuple[tuple[int, float, float], ...]:
    found: dict[int, tuple[float, float]] = {}
    for entry, write, strong in given:
        held = found.get(entry, (write, strong))
        found[entry] = (min(write, held[0]), min(strong, held[1]))
    return tuple((entry, *left) for entry, left in sorted(found.items()))


def _fewest(given: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    found: dict[int, int] = {}
    for row, keep in given:
        found[row] = keep & found.get(row, keep)
    return tuple(sorted(found.items()))
