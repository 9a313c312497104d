"""What every agent reaches, certainly and possibly, for the whole estate at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from msgspec import Struct

from posture.graph.arrays import Bools, Bytes, Ints, Longs, firsts, index, runs, starts
from posture.graph.build import Graph
from posture.graph.ends import spread
from posture.graph.hub import shares
from posture.graph.lanes import WORD, start, totals, unpacked
from posture.graph.nodes import BITS
from posture.graph.order import Order, order
from posture.graph.travel import Lanes, Net, travel
from posture.model.frames import schema
from posture.model.ways import Reach

WORDS = 8
"""Words per row in one sweep: a cache line, so that 512 origins cost little more than 64."""
MOST_ROWS = 5_000_000
"""More rows than this are counted, not listed."""


class Reached(Struct, frozen=True):
    """The answer for a list of origins."""

    rows: pl.DataFrame
    """One per origin and system, in the schema of `reach`, for the origins that `listed` marks."""
    origins: pl.DataFrame
    """Per origin: `key`, `certain_systems`, `possible_systems`, and whether its rows are `listed`."""


def agents(graph: Graph) -> Ints:
    """Numbers of all agents."""
    return np.flatnonzero((graph.nodes.kinds & BITS["agents"]) != 0).astype(np.int32)


def reach_of(graph: Graph, origins: Ints | None = None, most_rows: int = MOST_ROWS) -> Reached:
    """Reach of `origins`, or of all agents.

    Origins are listed in the order of their numbers as long as their rows stay within `most_rows`.
    """
    origins = agents(graph) if origins is None else np.sort(origins)
    sides = [Side.of(graph, origins, certain) for certain in (True, False)]
    counts = [side.counts() for side in sides]
    fits = np.cumsum(counts[1]) <= most_rows
    many = int(fits.sum())
    sure, perhaps = (side.pairs(many) for side in sides)
    rows = _rows(graph, origins, many, sure, perhaps)
    return Reached(
        rows,
        pl.DataFrame(
            {
                "key": graph.nodes.keys.gather(origins),
                "certain_systems": counts[0],
                "possible_systems": counts[1],
                "listed": fits,
            }
        ),
    )


class Side(Struct, frozen=True):
    """One of the two sweeps, over certain links or over all."""

    order: Order
    begin: Ints
    """Place of each origin."""
    system: Ints
    """Per pair of system and mask, sorted: the system, ..."""
    mask: Bytes
    place: Ints
    """... and the place that says who reaches it; pairs that nobody reaches are left out."""
    any_place: Ints
    """Per counted system the place that says who reaches it at all."""

    @classmethod
    def of(cls, graph: Graph, origins: Ints, certain: bool) -> Side:
        """Lay out the graph behind `origins`."""
        ends = spread(graph, certain, origins)
        single = np.flatnonzero(graph.counted[ends.system])
        system, mask = ends.system[single], ends.mask[single]
        # One more node per system, that every pair of it leads to, says who reaches the system at all.
        first = starts(system)
        whole = ends.size + np.cumsum(firsts(system)) - 1
        laid = order(
            ends.size + len(first),
            np.concatenate([ends.src, ends.first + single]).astype(np.int32),
            np.concatenate([ends.dst, whole]).astype(np.int32),
            origins,
            np.append(ends.live, np.ones(ends.size - ends.first + len(first), dtype=bool)),
        )
        place = laid.place[ends.first + single]
        any_place = laid.place[ends.size :]
        return cls(
            order=laid,
            begin=laid.place[origins],
            system=system[place >= 0],
            mask=mask[place >= 0],
            place=place[place >= 0],
            any_place=any_place[any_place >= 0],
        )

    def counts(self) -> Longs:
        """How many systems each origin reaches."""
        found = np.zeros(len(self.begin), dtype=np.int64)
        places, weights = _weighed(self.any_place)
        for share in shares(self.order, self.begin):
            known = share.known[places]
            found[share.origins] = weights[known].sum()
            for first, bits, active in _batches(share.order, self.begin[share.origins]):
                asked = active[places] & ~known
                many = totals(np.take(bits, places[asked], axis=0), weights[asked])
                swept = share.origins[first : first + len(many)]
                found[swept] += many[: len(swept)]
        return found

    def pairs(self, many: int) -> tuple[Longs, Bytes]:
        """For the first `many` origins: origin times 2^32 plus system, sorted, and the mask of classes."""
        codes, masks = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.uint8)]
        places, _ = _weighed(self.place)
        of_place = index(np.searchsorted(places, self.place), len(places))
        for first, bits, active in _batches(self.order, self.begin[:many]):
            asked = np.flatnonzero(active[places])
            row, lane = np.nonzero(unpacked(np.take(bits, places[asked], axis=0)))
            owner, pair = of_place.rows(asked[row])
            codes.append((first + lane[owner]).astype(np.int64) << 32 | self.system[pair])
            masks.append(self.mask[pair])
        return _merged(np.concatenate(codes), np.concatenate(masks))


def _batches(order: Order, begin: Ints) -> Iterator[tuple[int, np.ndarray, Bools]]:
    """By so many origins, which start at the places `begin`: number of the first, rows, which hold any."""
    width = WORD * WORDS
    for first in range(0, len(begin), width):
        at = begin[first : first + width]
        bits = start(order.size, -(-len(at) // WORD), at)
        active = np.zeros(order.size, dtype=bool)
        active[at] = True
        order.sweep(bits, active)
        yield first, bits, active


def _weighed(places: Ints) -> tuple[Ints, Longs]:
    ordered = np.sort(places)
    first, many = runs(ordered)
    return ordered[first], many


def _merged(codes: Longs, masks: Bytes) -> tuple[Longs, Bytes]:
    by = np.argsort(codes, kind="stable")
    codes, masks = codes[by], masks[by]
    if len(codes) == 0:  # reduceat takes no empty list
        return codes, masks
    first = starts(codes)
    return codes[first], np.bitwise_or.reduceat(masks, first)


def _rows(
    graph: Graph, origins: Ints, many: int, sure: tuple[Longs, Bytes], perhaps: tuple[Longs, Bytes]
) -> pl.DataFrame:
    codes, possible = perhaps
    certain = np.zeros(len(codes), dtype=np.uint8)
    certain[np.searchsorted(codes, sure[0])] = sure[1]
    return pl.DataFrame(
        {
            "origin": graph.nodes.keys.gather(origins[codes >> 32]),
            "system": graph.nodes.keys.gather(codes & 0xFFFFFFFF),
            "certain": certain.astype(np.int64),
            "possible": possible.astype(np.int64),
            "hops": _hops(graph, origins[:many], codes),
        },
        schema=schema(Reach),
    )


def _hops(graph: Graph, origins: Ints, codes: Longs) -> Longs:
    """Transitions of the shortest way of each row over all links; 0 where it takes more than are counted."""
    lanes = Lanes(origins, np.ones(len(origins), dtype=bool), np.full(len(origins), -1, dtype=np.int32))
    hops = np.zeros(len(codes), dtype=np.int64)
    for found in travel(Net.of(graph, False, origins), lanes):
        at = np.searchsorted(codes, found.lane.astype(np.int64) << 32 | found.system)
        hops[at] = found.first.min(axis=1)
    return hops
