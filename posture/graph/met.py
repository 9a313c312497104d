"""What lanes meet, each under its own alternative: the nodes they come to, and what they act on there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from msgspec import Struct

from posture.graph.aims import acting
from posture.graph.arrays import Bools, Bytes, Ints, Longs, among, distinct, firsts, index
from posture.graph.taken import Taken
from posture.graph.travel import Net, telling
from posture.model.classes import Classes
from posture.model.links import MAX_TRANSITIONS

_WEIGHED = 1 << 20
"""Hits weighed at a time, each for every trial that its lane belongs to: some eighty bytes for each."""
_QUESTIONS = 1 << 15
"""Pairs of lane and system asked about at a time: each may be acted on from many places."""


class Walked(Struct, frozen=True):
    """Pairs of lane and node in the order in which they were reached, each with the one it came from."""

    lane: Ints
    node: Ints
    level: Bytes
    came: Longs
    row: Ints
    place: Longs
    """Number of the pair, by lane and node; -1 where the lane was not there."""


class Hits(Struct, frozen=True):
    pair: Longs
    system: Ints
    mask: Bytes
    row: Ints

    def parts(self, weighed: int) -> Iterator[Hits]:
        """Those of some systems after those of others, where `weighed` are too many to weigh at once."""
        many = weighed // _WEIGHED + 1
        if many == 1:
            yield self
            return
        part = index(self.system % many, many)
        for first, last in pairwise(part.ptr.tolist()):
            kept = part.order[first:last]
            yield Hits(self.pair[kept], self.system[kept], self.mask[kept], self.row[kept])


def walk(net: Net, start: Ints, agents: Bools, alternative: np.ndarray, nodes: Ints, taken: Taken) -> Walked:
    width = len(nodes)
    seen = np.full(len(start) * width, -1, dtype=np.int64)
    code = np.arange(len(start), dtype=np.int64) * width + np.searchsorted(nodes, start)
    seen[code] = np.arange(len(code))
    pairs, levels = [code], [np.ones(len(code), dtype=np.uint8)]
    came, rows = [np.full(len(code), -1, dtype=np.int64)], [np.full(len(code), -1, dtype=np.int32)]
    total, level, frontier, whole = len(code), 1, code, [code]
    while True:
        cost = 0 if len(frontier) else 1
        if cost:
            if level == MAX_TRANSITIONS:
                break
            frontier, whole, level = np.concatenate(whole), [], level + 1
        lane = frontier // width
        owner, edge = net.by_cost[cost].rows(nodes[frontier % width])
        row = net.walk.row[edge]
        needs = int(Classes.ADMIN) if cost else int(Classes.READ)
        open_ = agents[lane[owner]] | ~net.walk.agents_only[edge]
        open_ &= (taken.left(alternative[lane[owner]], row) & needs) != 0
        owner, edge, row = owner[open_], edge[open_], row[open_]
        onward = lane[owner] * width + np.searchsorted(nodes, net.walk.dst[edge])
        new = seen[onward] < 0
        owner, row, onward = owner[new], row[new], onward[new]
        by = np.argsort(onward, kind="stable")
        first = by[firsts(onward[by])]
        onward = onward[first]
        if len(onward):
            came.append(seen[frontier[owner[first]]])
            rows.append(row[first])
            seen[onward] = total + np.arange(len(onward))
            total += len(onward)
            pairs.append(onward)
            levels.append(np.full(len(onward), level, dtype=np.uint8))
            whole.append(onward)
        elif cost:
            break
        frontier = onward
    code = np.concatenate(pairs)
    return Walked(
        (code // width).astype(np.int32),
        nodes[code % width],
        np.concatenate(levels),
        np.concatenate(came),
        np.concatenate(rows),
        seen,
    )


def hits(net: Net, walked: Walked, alternative: np.ndarray, taken: Taken) -> Hits:
    """Acts of the pairs, down to the members of groups: what is acted on itself first, then what it holds."""
    levels: list[list[Hits]] = []
    share = np.cumsum(net.by_actor.counts(walked.node)) // _WEIGHED
    bounds = [0, *(np.flatnonzero(np.diff(share)) + 1).tolist(), len(walked.node)]
    for first, last in pairwise(bounds):
        for level, part in enumerate(_opened(net, walked, first, last, alternative, taken)):
            if level == len(levels):
                levels.append([])
            levels[level].append(part)
    parts = [part for level in levels for part in level]
    if len(parts) == 1:
        return parts[0]
    return Hits(
        np.concatenate([np.empty(0, dtype=np.int64), *(part.pair for part in parts)]),
        np.concatenate([np.empty(0, dtype=np.int32), *(part.system for part in parts)]),
        np.concatenate([np.empty(0, dtype=np.uint8), *(part.mask for part in parts)]),
        np.concatenate([np.empty(0, dtype=np.int32), *(part.row for part in parts)]),
    )


def _opened(
    net: Net, walked: Walked, first: int, last: int, alternative: np.ndarray, taken: Taken
) -> Iterator[Hits]:
    """The hits of some of the pairs, level by level."""
    pair, act = net.by_actor.rows(walked.node[first:last])
    pair += first
    row, system = net.acts.row[act], net.acts.dst[act]
    mask = net.acts.mask[act] & taken.left(alternative[walked.lane[pair]], row)
    kept = mask != 0
    pair, system, mask, row = pair[kept], system[kept], mask[kept], row[kept]
    opened: Longs = np.empty(0, dtype=np.int64)
    while len(pair):
        told = telling(walked.lane[pair], system, mask, net.graph.size)
        pair, system, mask, row = pair[told], system[told], mask[told], row[told]
        single = net.graph.counted[system]
        yield Hits(pair[single], system[single], mask[single], row[single])
        groups = np.flatnonzero(net.by_holder.counts(system) > 0)
        # Groups may hold each other: what a lane has opened alike before, at the same transition, it has.
        alike = walked.lane[pair[groups]].astype(np.int64) << 8 | walked.level[pair[groups]]
        code = (alike << 5 | mask[groups]) * net.graph.size + system[groups]
        fresh = ~among(code, opened)
        groups, opened = groups[fresh], distinct(np.concatenate([opened, code[fresh]]))
        owner, edge = net.by_holder.rows(system[groups])
        owner = groups[owner]
        pair, mask, row = pair[owner], mask[owner], row[owner]
        system = net.within.dst[edge]


def aimed(net: Net, walked: Walked, alternative: np.ndarray, taken: Taken, code: Longs, nodes: Ints) -> Hits:
    """Acts of the pairs on the systems asked about; `code` has lane and system."""
    parts = []
    for first in range(0, max(len(code), 1), _QUESTIONS):
        lane, system = np.divmod(code[first : first + _QUESTIONS], net.graph.size)
        pair, system, act, asked = acting(net, lane, system, nodes, walked.place)
        row = net.acts.row[act]
        mask = net.acts.mask[act] & taken.left(alternative[lane[asked]], row)
        kept = mask != 0
        parts.append((pair[kept], system[kept], mask[kept], row[kept]))
    return Hits(*(np.concatenate([part[n] for part in parts]) for n in range(4)))
