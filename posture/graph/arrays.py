"""Rows of integers as a graph sees them: edges by their source, and groups that are merged at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

_FEW = 4096
"""So few rows are sorted as they are."""

_NOTHING: Longs = np.empty(0, dtype=np.int64)


def distinct(codes: Longs) -> Longs:
    """Sorted, each once. `np.unique` on 64-bit integers took sixty times as long."""
    ordered = np.sort(codes)
    return ordered[firsts(ordered)]


def among(values: Longs, ordered: Longs) -> Bools:
    """Which of `values` are in `ordered`, which is sorted. `np.isin` hashes, which costs far more."""
    if len(ordered) == 0:
        return np.zeros(len(values), dtype=bool)
    at = np.searchsorted(ordered, values)
    found: Bools = ordered[np.minimum(at, len(ordered) - 1)] == values
    return found


def firsts(ordered: npt.NDArray[np.integer]) -> Bools:
    """Which values of `ordered` begin a run of equal ones."""
    first = np.empty(len(ordered), dtype=bool)
    first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def starts(ordered: npt.NDArray[np.integer]) -> Longs:
    """Positions at which runs of equal values begin in `ordered`."""
    return np.flatnonzero(firsts(ordered))


def runs(ordered: npt.NDArray[np.integer]) -> tuple[Longs, Longs]:
    """Positions at which runs of equal values begin in `ordered`, and how long each is."""
    first = starts(ordered)
    return first, np.diff(np.append(first, len(ordered)))


class Index(Struct, frozen=True):
    """Positions of rows grouped by a number below `size`: those of group g are `order[ptr[g]:ptr[g + 1]]`."""

    ptr: Longs
    order: Longs

    def counts(self, groups: npt.NDArray[np.integer]) -> Longs:
        """How many rows each of `groups` has."""
        many: Longs = self.ptr[groups + 1] - self.ptr[groups]
        return many

    def rows(self, groups: npt.NDArray[np.integer]) -> tuple[Longs, Longs]:
        """Every row of every one of `groups`: the place in `groups` that it belongs to, and the row."""
        counts = self.counts(groups)
        total = int(counts.sum())
        if not total:
            return _NOTHING, _NOTHING
        owner = np.repeat(np.arange(len(groups), dtype=np.int64), counts)
        ends = np.cumsum(counts)
        within = np.arange(total, dtype=np.int64) - np.repeat(ends - counts, counts)
        return owner, self.order[np.repeat(self.ptr[groups], counts) + within]


def index(group: npt.NDArray[np.integer], size: int) -> Index:
    """Rows by their group, each group in the order of its rows."""
    ptr = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(group, minlength=size), out=ptr[1:])
    return Index(ptr, by_number(group, size))


def by_number(values: npt.NDArray[np.integer], size: int) -> Longs:
    """Rows in the order of their value, which is from 0 to below `size`; equal ones stay as they stand.

    NumPy counts where numbers have 16 bits and compares where they have more: half by half took a third of
    the time of one sort of millions.
    """
    if len(values) <= _FEW:
        return np.argsort(values, kind="stable").astype(np.int64, copy=False)
    by = np.argsort(values.astype(np.uint16), kind="stable")
    for shift in range(16, int(size).bit_length(), 16):
        by = by[np.argsort((values >> shift).astype(np.uint16)[by], kind="stable")]
    return by.astype(np.int64, copy=False)
