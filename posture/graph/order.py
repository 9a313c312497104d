"""A directed graph laid out in levels, so that what is reached can be swept over it once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from posture.graph.arrays import Bools, Ints, Longs, distinct, index, runs, starts
from posture.graph.components import components
from posture.graph.walked import reached

_COLLAPSES = 2
"""Rounds of folding; a third found next to nothing on generated estates."""


class Order(Struct, frozen=True):
    """`place` is where a node's answer stands; -1 where no start leads to it. `size` is the number of places.

    Nodes of one cycle share a place, and so does a node with the only one that leads to it.
    """

    place: Ints
    size: int
    src: Ints
    groups: Longs
    """Where in `src` the edges of each entry of `dst` begin."""
    dst: Ints
    levels: tuple[tuple[int, int], ...]
    """Ranges of `dst`; each depends on earlier ones only."""

    def where(self, kept: Bools) -> Order:
        """The same places with only those edges that `kept` marks, by their place in `src`."""
        src, groups, dst = _led_to(self.src, self.groups, self.dst, kept)
        before = np.append(0, np.cumsum(kept))[np.append(self.groups, len(self.src))]
        ended = np.searchsorted(groups, before)
        levels = tuple((int(ended[first]), int(ended[last])) for first, last in self.levels)
        return replace(self, src=src, groups=groups, dst=dst, levels=levels)

    def depends(self) -> Iterator[tuple[Ints, Longs, Ints]]:
        """Level by level: the places that lead on, where each group of them begins, the place it leads to."""
        ends = np.append(self.groups, len(self.src))
        for first, last in self.levels:
            begin = ends[first]
            yield self.src[begin : ends[last]], self.groups[first:last] - begin, self.dst[first:last]

    def sweep(self, bits: np.ndarray, active: Bools | None = None) -> None:
        """Carry each row of `bits` on to every place behind its own.

        Where `active` marks the rows that hold anything, the others are passed over, and it marks those
        that hold something in the end.
        """
        for src, groups, dst in self.depends():
            if active is not None:
                src, groups, dst = _led_to(src, groups, dst, active[src])
                if len(src) == 0:
                    continue
                active[dst] = True
            came = np.take(bits, src, axis=0)
            if len(src) > len(dst):
                came = np.bitwise_or.reduceat(came, groups, axis=0)
            bits[dst] = np.take(bits, dst, axis=0) | came


def _led_to(src: Ints, groups: Longs, dst: Ints, kept: Bools) -> tuple[Ints, Longs, Ints]:
    """Edges in groups of one destination: those `kept`, with the destinations that are left."""
    upto = np.append(0, np.cumsum(kept))
    first = upto[groups]
    left = np.append(first[1:], upto[-1]) > first
    return src[kept], first[left], dst[left]


def order(size: int, src: Ints, dst: Ints, begin: np.ndarray, live: Bools | None = None) -> Order:
    """The part of the graph behind `begin`, in levels; `live` marks that part where all edges are in it."""
    if live is None:
        live = reached(size, src, dst, begin)
        kept = live[src]
        src, dst = src[kept], dst[kept]
    fixed = np.zeros(size, dtype=bool)
    fixed[begin] = True
    stands = np.arange(size, dtype=np.int32)
    for _ in range(_COLLAPSES):
        src, dst = _single(src, dst, size)
        onto = _sole_origin(src, dst, size, fixed)
        if not (onto != np.arange(size)).any():
            break
        stands = onto[stands]
        src, dst = onto[src], onto[dst]
    src, dst = _single(src, dst, size)
    component = components(size, src, dst)
    place = np.where(live, component[stands], -1)
    used = np.flatnonzero(np.bincount(place[live], minlength=size))
    compact = np.full(size + 1, -1, dtype=np.int32)
    compact[used] = np.arange(len(used))
    src, dst = _single(compact[component[src]], compact[component[dst]], len(used))
    level = _levels(len(used), src, dst)
    by = np.argsort(level[dst].astype(np.int64) * len(used) + dst, kind="stable")
    src, dst = src[by], dst[by]
    groups = starts(dst)
    heads = dst[groups]
    edges = np.append(starts(level[heads]), len(heads))
    return Order(
        place=compact[place],
        size=len(used),
        src=src,
        groups=groups,
        dst=heads,
        levels=tuple(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)),
    )


def _single(src: Ints, dst: Ints, size: int) -> tuple[Ints, Ints]:
    """Each edge once, without those that lead nowhere else; sorted by destination."""
    codes = distinct((dst.astype(np.int64) * size + src)[src != dst])
    return (codes % max(size, 1)).astype(np.int32), (codes // max(size, 1)).astype(np.int32)


def _sole_origin(src: Ints, dst: Ints, size: int, fixed: Bools) -> Ints:
    """For a node that only one other leads to, the first in that row; for any other, itself."""
    onto = np.arange(size, dtype=np.int32)
    alone = np.bincount(dst, minlength=size)[dst] == 1
    alone &= ~fixed[dst]
    onto[dst[alone]] = src[alone]
    while True:
        further = onto[onto]
        if (further == onto).all():
            return onto
        onto = further


def _levels(size: int, src: Ints, dst: Ints) -> Ints:
    """Longest way to each node. Components are numbered in no order, so none is relied on."""
    outgoing = index(src, size)
    waiting = np.bincount(dst, minlength=size)
    level = np.zeros(size, dtype=np.int32)
    frontier = np.flatnonzero(waiting == 0)
    done, depth = len(frontier), 0
    while len(frontier):
        depth += 1
        _, edge = outgoing.rows(frontier)
        arrived, many = _tally(dst[edge])
        waiting[arrived] -= many
        frontier = arrived[waiting[arrived] == 0]
        level[frontier] = depth
        done += len(frontier)
    if done != size:
        raise AssertionError("components still hold a cycle")
    return level


def _tally(values: Ints) -> tuple[Longs, Longs]:
    ordered = np.sort(values)
    first, many = runs(ordered)
    return ordered[first].astype(np.int64), many
