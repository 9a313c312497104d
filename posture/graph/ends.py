"""What acts end at, as nodes of their own: one per system and mask, so that a sweep answers both at once."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from posture.graph.arrays import Bools, Bytes, Ints, Longs, among, distinct, index
from posture.graph.build import Graph
from posture.graph.edges import Edges
from posture.graph.walked import walked


class Ends(Struct, frozen=True):
    """The walked graph with its ends: nodes from `first` on are pairs of a system, or group, and a mask.

    Pairs are sorted by system, then mask; the edges lead from actor to actor, from actor to pair, and from
    the pair of a group to those of its members.
    """

    first: int
    size: int
    system: Ints
    mask: Bytes
    src: Ints
    dst: Ints
    live: Bools
    """Of the walked graph's own nodes those behind the origins; every pair is."""


def spread(graph: Graph, certain: bool, origins: Ints | None = None) -> Ends:
    """Over certain links only, or over all; only what lies behind `origins` where they are given."""
    walk, acts, within, live = walked(graph, certain, origins)
    ended = acts.dst.astype(np.int64) * 32 + acts.mask
    codes, group, member = _down(distinct(ended), within, graph.size)
    at = np.searchsorted(codes, ended)
    return Ends(
        first=graph.size,
        size=graph.size + len(codes),
        system=(codes // 32).astype(np.int32),
        mask=(codes % 32).astype(np.uint8),
        src=np.concatenate([walk.src, acts.src, graph.size + group]).astype(np.int32),
        dst=np.concatenate([walk.dst, graph.size + at, graph.size + member]).astype(np.int32),
        live=live,
    )


def _down(codes: Longs, within: Edges, size: int) -> tuple[Longs, Longs, Longs]:
    """`codes` (node times 32 plus mask) with those of all members, and the edges from group to member."""
    parts = index(within.src, size)
    frontier = codes
    while len(frontier):
        owner, edge = parts.rows(frontier // 32)
        frontier = distinct(within.dst[edge].astype(np.int64) * 32 + frontier[owner] % 32)
        frontier = frontier[~among(frontier, codes)]
        codes = distinct(np.concatenate([codes, frontier]))
    owner, edge = parts.rows(codes // 32)
    return codes, owner, np.searchsorted(codes, within.dst[edge].astype(np.int64) * 32 + codes[owner] % 32)
