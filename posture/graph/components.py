"""Strongly connected parts: whoever lies on a cycle is peeled out first, so that little is left to search."""

from __future__ import annotations

import numpy as np

from posture.graph.arrays import Bools, Ints, index, runs

SMALL = 20_000
"""Cycles with at most this many edges are searched here: importing scipy costs more than that search."""


def components(size: int, src: Ints, dst: Ints) -> Ints:
    """A number per node, the same for two nodes exactly where each leads to the other."""
    component = np.arange(size, dtype=np.int32)
    core = _uncut(size, src, dst)
    core &= _uncut(size, dst, src)
    inner = core[src] & core[dst]
    if not inner.any():
        return component
    nodes = np.flatnonzero(core).astype(np.int32)
    compact = np.zeros(size, dtype=np.int32)
    compact[nodes] = np.arange(len(nodes), dtype=np.int32)
    src, dst = compact[src[inner]], compact[dst[inner]]
    parts = _searched(len(nodes), src, dst) if len(src) <= SMALL else _by_scipy(len(nodes), src, dst)
    # The smallest node of a part stands for it, which no other part can claim.
    smallest = np.full(int(parts.max()) + 1, size, dtype=np.int32)
    np.minimum.at(smallest, parts, nodes)
    component[nodes] = smallest[parts]
    return component


def _uncut(size: int, src: Ints, dst: Ints) -> Bools:
    """Nodes left when whatever nothing leads to is taken away, again and again."""
    outgoing = index(src, size)
    waiting = np.bincount(dst, minlength=size)
    left = np.ones(size, dtype=bool)
    frontier = np.flatnonzero(waiting == 0)
    while len(frontier):
        left[frontier] = False
        _, edge = outgoing.rows(frontier)
        ordered = np.sort(dst[edge])
        first, many = runs(ordered)
        arrived = ordered[first].astype(np.int64)
        waiting[arrived] -= many
        frontier = arrived[waiting[arrived] == 0]
    return left


def _searched(size: int, src: Ints, dst: Ints) -> Ints:
    """Tarjan's search without recursion."""
    outgoing: list[list[int]] = [[] for _ in range(size)]
    for start, end in zip(src.tolist(), dst.tolist(), strict=True):
        outgoing[start].append(end)
    found = np.full(size, -1, dtype=np.int32)
    seen, low = [-1] * size, [0] * size
    stack: list[int] = []
    count = parts = 0
    for root in range(size):
        if seen[root] >= 0:
            continue
        way = [(root, iter(outgoing[root]))]
        seen[root] = low[root] = count
        count += 1
        stack.append(root)
        while way:
            node, ahead = way[-1]
            for onward in ahead:
                if seen[onward] < 0:
                    seen[onward] = low[onward] = count
                    count += 1
                    stack.append(onward)
                    way.append((onward, iter(outgoing[onward])))
                    break
                if found[onward] < 0:
                    low[node] = min(low[node], seen[onward])
            else:
                way.pop()
                if way:
                    low[way[-1][0]] = min(low[way[-1][0]], low[node])
                if low[node] == seen[node]:
                    while True:
                        member = stack.pop()
                        found[member] = parts
                        if member == node:
                            break
                    parts += 1
    return found


def _by_scipy(size: int, src: Ints, dst: Ints) -> Ints:
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    matrix = csr_matrix((np.ones(len(src), dtype=np.int8), (src, dst)), shape=(size, size))
    parts: Ints = connected_components(matrix, directed=True, connection="strong")[1]
    return parts.astype(np.int32, copy=False)
