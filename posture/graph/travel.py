"""From each start onward, transition by transition: at which one each system and class is first in reach.

Starts are lanes. Pairs of lane and node are walked together, in batches whose lanes lead to much the same
part of the graph, so that the work grows with what is reached and not with the estate.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from msgspec import Struct

from posture.graph.arrays import Bools, Bytes, Index, Ints, Longs, among, by_number, distinct, firsts, index
from posture.graph.batches import CELLS, Batches
from posture.graph.build import Graph
from posture.graph.edges import Acts, Edges, Walk
from posture.graph.walked import walked
from posture.model.links import MAX_TRANSITIONS

CLASSES = 5
NEVER = 255


class Lanes(Struct, frozen=True):
    """Where to start, and what to leave out."""

    start: Ints
    agents: Bools
    """Whether links that only agents walk may be walked."""
    ban: Ints
    """A label (see `Net`) that this lane must not pass; -1 for none."""


class Found(Struct, frozen=True):
    """What a batch of lanes reaches: one row per lane and system, sorted."""

    lane: Ints
    system: Ints
    first: Bytes
    """Per class, the transition at which it is first reached; `NEVER` where it is not."""


class Trace(Struct, frozen=True):
    """The batch in detail. Pairs of lane and node stand in the order in which they were reached."""

    lane: Ints
    node: Ints
    level: Bytes
    step: Longs
    """Where the pairs of each step begin; those of the first are the starts."""
    came_pair: Longs
    """Per first way to a pair, in the order of pairs: the pair that it comes from, ..."""
    came_to: Longs
    came_edge: Longs
    """... the pair it leads to, and the edge."""
    hit_pair: Longs
    """Per act and system that it touches: the pair that it starts from, the system, the act."""
    hit_system: Ints
    hit_act: Longs


class Net(Struct, frozen=True, eq=False, dict=True):
    """A graph ready to be travelled.

    A link has its row as label, a named node the number of links plus its own; -1 for no link.
    """

    graph: Graph
    walk: Walk
    by_cost: tuple[Index, Index]
    acts: Acts
    by_actor: Index
    within: Edges
    by_holder: Index
    onward: Index

    @classmethod
    def of(cls, graph: Graph, certain: bool, origins: Ints | None = None) -> Net:
        """Over certain links only, or over all; only what lies behind `origins` where they are given."""
        walk, acts, within, _ = walked(graph, certain, origins)
        walk = walk.where(by_number(walk.cost, 2))
        split = int((walk.cost == 0).sum())
        free, paid = index(walk.src[:split], graph.size), index(walk.src[split:], graph.size)
        return cls(
            graph=graph,
            walk=walk,
            by_cost=(free, Index(paid.ptr, paid.order + split)),
            acts=acts,
            by_actor=index(acts.src, graph.size),
            within=within,
            by_holder=index(within.src, graph.size),
            onward=index(walk.src, graph.size),
        )

    @cached_property
    def by_target(self) -> Index:
        """Acts by what they act on."""
        return index(self.acts.dst, self.graph.size)

    @cached_property
    def by_member(self) -> Index:
        """Memberships by the member."""
        return index(self.within.dst, self.graph.size)

    @cached_property
    def spread(self) -> Longs:
        """By node: on how much it acts, members of groups counted one level deep."""
        return _summed(self.acts.src, 1 + self.by_holder.counts(self.acts.dst), self.graph.size)

    @cached_property
    def into(self) -> Longs:
        """By node: from how many places it is acted on, through groups one level up as well."""
        direct = np.bincount(self.acts.dst, minlength=self.graph.size).astype(np.int64)
        through = self.by_target.counts(self.within.src)
        return direct + _summed(self.within.dst, through, self.graph.size)

    def label(self, node: np.ndarray) -> Ints:
        """Label of the named node that each of `node` stands for."""
        labels: Ints = self.graph.named[node] + np.int32(len(self.graph.links))
        return labels

    def owner(self, row: np.ndarray) -> Ints:
        """Label of the node at which each link begins, wherever its edge does; -1 for none.

        An administrator's way out of a scope uses the links of its identities, an operation those of its
        server: without that node they are gone.
        """
        begins = self.graph.begins[row]
        labels: Ints = np.where(begins < 0, -1, begins + np.int32(len(self.graph.links)))
        return labels

    def behind(self, start: Ints) -> Ints:
        """All nodes that any of `start` leads to within the transitions allowed, sorted."""
        frontier = nodes = distinct(start.astype(np.int64))
        while len(frontier):
            _, edge = self.onward.rows(frontier)
            frontier = distinct(self.walk.dst[edge].astype(np.int64))
            frontier = frontier[~among(frontier, nodes)]
            nodes = distinct(np.concatenate([nodes, frontier]))
        return nodes.astype(np.int32)

    def batches(self, start: Ints) -> Batches:
        """Places in `start`, so many at a time, with all nodes that they lead to."""
        return Batches(start, self.graph.nodes.scope[self.graph.named[start]], self.behind)


def _summed(group: Ints, many: Longs, size: int) -> Longs:
    return np.bincount(group, weights=many, minlength=size).astype(np.int64)


def travel(net: Net, lanes: Lanes) -> Iterator[Found]:
    """Everything that each lane reaches, batch by batch; numbers of lanes are those in `lanes`."""
    for chosen, trace in traces(net, lanes, record=False):
        yield _found(net, chosen, trace)


def traces(net: Net, lanes: Lanes, record: bool = True) -> Iterator[tuple[Ints, Trace]]:
    """The batches in detail; the lanes of a trace are places in the first answer."""
    waiting = net.batches(lanes.start)
    for chosen, nodes in waiting:
        span = len(nodes) + int(net.by_actor.counts(nodes).sum())
        if not waiting.parted(chosen, span * len(chosen), CELLS):
            yield chosen, _trace(net, lanes, chosen, nodes, record)


def _trace(net: Net, lanes: Lanes, chosen: Ints, nodes: Ints, record: bool) -> Trace:
    width = len(nodes)
    agents, ban = lanes.agents[chosen], lanes.ban[chosen]
    banned = bool((ban >= 0).any())
    walk = net.walk
    place = np.full(len(chosen) * width, -1, dtype=np.int64)
    """Number of the pair, by lane and node; -1 where the lane was not there yet."""
    begin = np.arange(len(chosen), dtype=np.int64) * width + np.searchsorted(nodes, lanes.start[chosen])
    pairs, levels, steps = [begin], [np.ones(len(begin), dtype=np.uint8)], [0, len(begin)]
    none = np.empty(0, dtype=np.int64)
    came = [(none, none, none)]
    place[begin] = np.arange(len(begin))
    total, level = len(begin), 1
    frontier, whole = begin, [begin]
    while True:
        cost = 0 if len(frontier) else 1
        if cost:
            if level == MAX_TRANSITIONS:
                break
            frontier, whole, level = np.concatenate(whole), [], level + 1
        lane = frontier // width
        owner, edge = net.by_cost[cost].rows(nodes[frontier % width])
        open_ = agents[lane[owner]] | ~walk.agents_only[edge]
        if banned:
            not_now = ban[lane[owner]]
            row = walk.row[edge]
            hindered = (row == not_now) | (net.owner(row) == not_now) | (net.label(walk.dst[edge]) == not_now)
            open_ &= (not_now < 0) | ~hindered
        owner, edge = owner[open_], edge[open_]
        code = lane[owner] * width + np.searchsorted(nodes, walk.dst[edge])
        new = place[code] < 0
        owner, edge, code = owner[new], edge[new], code[new]
        onward = distinct(code)
        place[onward] = total + np.arange(len(onward))
        if record:
            came.append((place[frontier[owner]], place[code], edge))
        total += len(onward)
        if len(onward):
            pairs.append(onward)
            levels.append(np.full(len(onward), level, dtype=np.uint8))
            steps.append(total)
            whole.append(onward)
        elif cost:
            break
        frontier = onward
    code = np.concatenate(pairs)
    lane, node = (code // width).astype(np.int32), nodes[code % width]
    hits = _hits(net, lane, node, ban if banned else None, record)
    return Trace(
        lane,
        node,
        np.concatenate(levels),
        np.array(steps),
        np.concatenate([pair for pair, _, _ in came]),
        np.concatenate([to for _, to, _ in came]),
        np.concatenate([edge for _, _, edge in came]),
        *hits,
    )


def _hits(net: Net, lane: Ints, node: Ints, ban: Ints | None, every: bool) -> tuple[Longs, Ints, Longs]:
    """Acts of the pairs, down to the members of groups: every one, or those that tell anything new."""
    pair, act = net.by_actor.rows(node)
    system = net.acts.dst[act]
    which = np.arange(len(pair), dtype=np.int64)
    opened = which[:0]
    parts = [(pair[:0], system[:0], act[:0])]
    while len(pair):
        if ban is not None:
            not_now, label = ban[lane[pair]], net.acts.row[act]
            hindered = (label == not_now) | (net.owner(label) == not_now) | (net.label(system) == not_now)
            kept = (not_now < 0) | ~hindered
            which, pair, system, act = which[kept], pair[kept], system[kept], act[kept]
        if not every:
            told = telling(lane[pair], system, net.acts.mask[act], net.graph.size)
            which, pair, system, act = which[told], pair[told], system[told], act[told]
        single = net.graph.counted[system]
        parts.append((pair[single], system[single], act[single]))
        # A group is opened once per act, or groups that contain each other would never end.
        groups = np.flatnonzero(net.by_holder.counts(system) > 0)
        code = which[groups] * net.graph.size + system[groups]
        fresh = ~among(code, opened)
        groups = groups[fresh]
        opened = distinct(np.concatenate([opened, code[fresh]]))
        owner, edge = net.by_holder.rows(system[groups])
        owner = groups[owner]
        which, pair, system, act = which[owner], pair[owner], net.within.dst[edge], act[owner]
    return (
        np.concatenate([pair for pair, _, _ in parts]),
        np.concatenate([system for _, system, _ in parts]),
        np.concatenate([act for _, _, act in parts]),
    )


def telling(lane: Ints, system: Ints, mask: Bytes, size: int) -> Longs:
    """Acts that give a lane a class on a system that no act met before gives it there.

    Pairs stand in the order of their transitions, so that an earlier act weighs as much with every class.
    """
    code = lane.astype(np.int64) * size + system
    by = by_number(code, (int(lane.max(initial=0)) + 1) * size)
    code, mask = code[by], mask[by]
    tells = np.zeros(len(by), dtype=bool)
    for bit in range(CLASSES):
        has = np.flatnonzero((mask >> bit) & 1)
        tells[has[firsts(code[has])]] = True
    return np.sort(by[tells])


def _found(net: Net, chosen: Ints, trace: Trace) -> Found:
    systems = distinct(trace.hit_system.astype(np.int64))
    code = trace.lane[trace.hit_pair].astype(np.int64) * len(systems)
    code += np.searchsorted(systems, trace.hit_system)
    level = trace.level[trace.hit_pair]
    by = np.argsort(code, kind="stable")
    code, level, mask = code[by], level[by], net.acts.mask[trace.hit_act[by]]
    begin = np.flatnonzero(firsts(code))
    if len(begin) == 0:
        return Found(chosen[:0], chosen[:0], np.empty((0, CLASSES), dtype=np.uint8))
    first = np.stack(
        [
            np.minimum.reduceat(np.where((mask >> bit) & 1, level, NEVER).astype(np.uint8), begin)
            for bit in range(CLASSES)
        ],
        axis=1,
    )
    lane = chosen[code[begin] // len(systems)]
    return Found(lane, systems[code[begin] % len(systems)].astype(np.int32), first)
