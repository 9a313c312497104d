"""The part of a graph that a question is about: certain links alone, and what lies behind its origins."""

from __future__ import annotations

import numpy as np

from posture.graph.arrays import Bools, Ints, distinct, index
from posture.graph.build import Graph
from posture.graph.edges import Acts, Edges, Walk


def walked(graph: Graph, certain: bool, origins: Ints | None = None) -> tuple[Walk, Acts, Edges, Bools]:
    """What is walked, acted on and held over certain links or over all, and the actors that lie behind
    `origins`; every node where none are given."""
    walk, acts, within = graph.walk, graph.acts, graph.within
    if certain:
        walk, acts, within = (
            walk.where(walk.certain),
            acts.where(acts.certain),
            within.where(within.certain),
        )
    if origins is None:
        return walk, acts, within, np.ones(graph.size, dtype=bool)
    live = reached(graph.size, walk.src, walk.dst, origins)
    return walk.where(live[walk.src]), acts.where(live[acts.src]), within, live


def reached(size: int, src: Ints, dst: Ints, begin: np.ndarray) -> Bools:
    """Which nodes lie behind `begin`, those included."""
    outgoing = index(src, size)
    seen = np.zeros(size, dtype=bool)
    frontier = distinct(begin.astype(np.int64))
    seen[frontier] = True
    while len(frontier):
        _, edge = outgoing.rows(frontier)
        onward = dst[edge]
        onward = onward[~seen[onward]]
        seen[onward] = True
        frontier = distinct(onward.astype(np.int64))
    return seen
