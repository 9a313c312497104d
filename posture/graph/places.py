"""What lies where: whoever may read a place obtains the credentials that are stored there."""

from __future__ import annotations

import numpy as np

from posture.graph.arrays import Ints, among, distinct, index
from posture.graph.edges import Acts, Edges, Walk
from posture.model.classes import Classes


def readers(stored: Edges, within: Edges, acts: Acts, size: int) -> tuple[Walk, Ints]:
    """Edges that lead a reader of a place to what is stored there; new nodes are numbered from `size`.

    `stored` runs from credential to place, `within` from a pattern or scope to what it contains. Each place
    gets one node that stands for its reader, and so does each group that a place is part of. The second
    answer names the places.
    """
    holders = index(within.dst, size)
    places = frontier = distinct(stored.dst.astype(np.int64))
    while len(frontier):
        _, edge = holders.rows(frontier)
        frontier = distinct(within.src[edge].astype(np.int64))
        frontier = frontier[~among(frontier, places)]
        places = distinct(np.concatenate([places, frontier]))
    number = np.full(size, -1, dtype=np.int32)
    number[places] = size + np.arange(len(places), dtype=np.int32)
    reads = acts.where(((acts.mask & Classes.READ) != 0) & (acts.obtains > 0) & (number[acts.dst] >= 0))
    parts = within.where(number[within.dst] >= 0)
    return Walk.together(
        [
            Walk.of(reads.src, number[reads.dst], reads.certain & (reads.obtains == 2), reads.row),
            Walk.of(number[parts.src], number[parts.dst], parts.certain, parts.row),
            Walk.of(number[stored.dst], stored.src, stored.certain, stored.row),
        ]
    ), places.astype(np.int32)
