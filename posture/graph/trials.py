"""What would be left: many alternatives weighed in one sweep, each with links taken away or narrowed.

The graph is never rebuilt. Every start carries the number of its alternative, and each link that it meets is
looked up under that number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from posture.graph.aims import Aims, acting
from posture.graph.arrays import Bools, Bytes, Index, Ints, Longs, among, distinct, firsts, index
from posture.graph.scores import Scores
from posture.graph.sweep import Risk
from posture.graph.taken import Taken
from posture.graph.travel import Net
from posture.model.classes import Classes
from posture.model.links import MAX_TRANSITIONS

_LANES = 1024
_CELLS = 1 << 23
    opened: Longs = np.empty(0, dtype=np.int64)
_QUESTIONS = 1 << 15
"""Pairs of lane and system asked about at a time: each may be acted on from many places."""


@dataclass(frozen=True, slots=True)
class Starts:
    """Rows of equal length: the trial that each belongs to, the node, the rules and the alternative."""

    trial: Ints
    node: Ints
    agents: Bools
    spent: Ints
    control: np.ndarray
    """Per class, what is left of it."""
    alternative: Ints


@dataclass(frozen=True, slots=True)
class Best:
    """The best way of each trial to each system, sorted by both, for a likelihood of one."""

    trial: Ints
    system: Ints
    weight: Longs
    """In micro-units."""
    mask: Bytes
    """Classes that weigh as much."""
    transitions: Bytes
    step_way: Longs
    """Per step: its place among the ways, from the last step of a way to its first, ..."""
    step_row: Ints
    """... the link it rests on, or -1, ..."""
    step_from: Ints
    step_to: Ints
    """... and the nodes it joins."""

    def totals(self, trials: int) -> Longs:
        """Sum of weights per trial."""
        return np.bincount(self.trial, weights=self.weight, minlength=trials).astype(np.int64)


def best(
    net: Net,
    risk: Risk,
    starts: Starts,
    taken: Taken,
    marked: Bools | None = None,
    aims: Aims | None = None,
) -> Best:
    """One of the best ways of each trial to each system, or to those that `aims` asks about.

    `marked` says of which links the steps are told.
    """
    # Once for all batches: telling the different controls apart sorts every start.
    scores = Scores.of(risk, starts.control)
    parts = list(_batches(net, scores, starts, taken, marked, aims))
    if not parts:
        none = np.empty(0, dtype=np.int32)
        tiny = none.astype(np.uint8)
        return Best(none, none, none.astype(np.int64), tiny, tiny, none.astype(np.int64), none, none, none)
    if len(parts) == 1:
        return parts[0]
    offset = np.cumsum([0, *(len(part.trial) for part in parts)])
    trial, system, weight, mask, took = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("trial", "system", "weight", "mask", "transitions")
    )
    by = np.lexsort((mask, took, -weight, system, trial))
    kept = by[firsts(trial[by].astype(np.int64) << 32 | system[by])]
    place = np.full(len(trial), -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    way = place[np.concatenate([part.step_way + start for part, start in zip(parts, offset, strict=False)])]
    there = way >= 0
    row, src, dst = (
        np.concatenate([getattr(part, name) for part in parts])[there]
        for name in ("step_row", "step_from", "step_to")
    )
    return Best(trial[kept], system[kept], weight[kept], mask[kept], took[kept], way[there], row, src, dst)


def _batches(
    net: Net,
    scores: Scores,
    starts: Starts,
    taken: Taken,
    marked: Bools | None,
    aims: Aims | None,
) -> Iterator[Best]:
    code = (starts.alternative.astype(np.int64) + 1) << 33 | starts.node.astype(np.int64) << 1 | starts.agents
    codes = distinct(code)
    of_lane = index(np.searchsorted(codes, code), len(codes))
    node = (codes >> 1 & 0xFFFFFFFF).astype(np.int32)
    agents, alternative = (codes & 1) == 1, (codes >> 33).astype(np.int64) - 1
    by = np.lexsort((node, net.graph.nodes.scope[net.graph.named[node]]))
    waiting = [by[first : first + _LANES] for first in range(0, len(by), _LANES)][::-1]
    while waiting:
        chosen = waiting.pop()
        nodes = net.behind(node[chosen])
        if len(nodes) * len(chosen) > _CELLS and len(chosen) > 1:
            half = len(chosen) // 2
            waiting += [chosen[half:], chosen[:half]]
            continue
        walked = _walk(net, node[chosen], agents[chosen], alternative[chosen], nodes, taken)
        asked = None if aims is None else _questions(net, walked, starts, aims, *of_lane.rows(chosen))
        if asked is None:
            hits = _hits(net, walked, alternative[chosen], taken)
        else:
            hits = _aimed(net, walked, alternative[chosen], taken, asked, nodes)
        for part in hits.parts(int(of_lane.counts(chosen[walked.lane[hits.pair]]).sum())):
            yield _best(net, scores, starts, of_lane, chosen, walked, part, marked, aims)


@dataclass(frozen=True, slots=True)
class _Walked:
    """Pairs of lane and node in the order in which they were reached, each with the one it came from."""

    lane: Ints
    node: Ints
    level: Bytes
    came: Longs
    row: Ints
    place: Longs
    """Number of the pair, by lane and node; -1 where the lane was not there."""


@dataclass(frozen=True, slots=True)
class _Hits:
    pair: Longs
    system: Ints
    mask: Bytes
    row: Ints

    def parts(self, weighed: int) -> Iterator[_Hits]:
        """Those of some systems after those of others, where `weighed` are too many to weigh at once."""
        many = weighed // _WEIGHED + 1
        for part in range(many):
            kept = self.system % many == part
            yield _Hits(*(of_all[kept] for of_all in (self.pair, self.system, self.mask, self.row)))


def _walk(
    net: Net, start: Ints, agents: Bools, alternative: np.ndarray, nodes: Ints, taken: Taken
) -> _Walked:
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
    return _Walked(
        (code // width).astype(np.int32),
        nodes[code % width],
        np.concatenate(levels),
        np.concatenate(came),
        np.concatenate(rows),
        seen,
    )


def _hits(net: Net, walked: _Walked, alternative: np.ndarray, taken: Taken) -> _Hits:
    """Acts of the pairs, down to the members of groups: what is acted on itself first, then what it holds."""
    levels: list[list[_Hits]] = []
    share = np.cumsum(net.spread[walked.node]) // _WEIGHED
    bounds = [0, *(np.flatnonzero(np.diff(share)) + 1).tolist(), len(walked.node)]
    for first, last in pairwise(bounds):
        for level, part in enumerate(_opened(net, walked, first, last, alternative, taken)):
            if level == len(levels):
                levels.append([])
            levels[level].append(part)
    parts = [part for level in levels for part in level]
    if len(parts) == 1:
        return parts[0]
    return _Hits(
        np.concatenate([np.empty(0, dtype=np.int64), *(part.pair for part in parts)]),
        np.concatenate([np.empty(0, dtype=np.int32), *(part.system for part in parts)]),
        np.concatenate([np.empty(0, dtype=np.uint8), *(part.mask for part in parts)]),
        np.concatenate([np.empty(0, dtype=np.int32), *(part.row for part in parts)]),
    )


def _opened(
    net: Net, walked: _Walked, first: int, last: int, alternative: np.ndarray, taken: Taken
) -> Iterator[_Hits]:
    """The hits of some of the pairs, level by level."""
    pair, act = net.by_actor.rows(walked.node[first:last])
    pair += first
    row, system = net.acts.row[act], net.acts.dst[act]
    mask = net.acts.mask[act] & taken.left(alternative[walked.lane[pair]], row)
    kept = mask != 0
    pair, system, mask, row = pair[kept], system[kept], mask[kept], row[kept]
<<<<<<< HEAD
    which, opened = np.arange(len(pair), dtype=np.int64), np.empty(0, dtype=np.int64)
=======
    opened: Longs = np.empty(0, dtype=np.int64)
    parts = []
>>>>>>> de3d5e7 (Trials: a group that many of a lane act on alike is opened once, and acts met are bounded too)
    while len(pair):
        single = net.graph.counted[system]
        yield _Hits(pair[single], system[single], mask[single], row[single])
        groups = np.flatnonzero(net.by_holder.counts(system) > 0)
        # Whoever else of a lane acts on a group alike, at the same transition, adds nothing to the first.
        alike = walked.lane[pair[groups]].astype(np.int64) << 8 | walked.level[pair[groups]]
        code = (alike << 5 | mask[groups]) * net.graph.size + system[groups]
        by = np.argsort(code, kind="stable")
        by = by[firsts(code[by])]
        by = by[~among(code[by], opened)]
        opened = distinct(np.concatenate([opened, code[by]]))
        groups = np.sort(groups[by])
        owner, edge = net.by_holder.rows(system[groups])
        owner = groups[owner]
        pair, mask, row = pair[owner], mask[owner], row[owner]
        system = net.within.dst[edge]


def _questions(
    net: Net, walked: _Walked, starts: Starts, aims: Aims, lane: Longs, start: Longs
) -> Longs | None:
    """Pairs of lane and system that are asked about; none where going through all acts costs less."""
    owner, asked = aims.by_trial.rows(starts.trial[start])
    code = distinct(lane[owner] * net.graph.size + aims.system[asked])
    back, forth = int(net.into[code % net.graph.size].sum()), int(net.spread[walked.node].sum())
    return code if back < forth else None


def _aimed(
    net: Net, walked: _Walked, alternative: np.ndarray, taken: Taken, code: Longs, nodes: Ints
) -> _Hits:
    """Acts of the pairs on the systems asked about; `code` has lane and system."""
    parts = []
    for first in range(0, max(len(code), 1), _QUESTIONS):
        lane, system = np.divmod(code[first : first + _QUESTIONS], net.graph.size)
        pair, system, act, asked = acting(net, lane, system, nodes, walked.place)
        row = net.acts.row[act]
        mask = net.acts.mask[act] & taken.left(alternative[lane[asked]], row)
        kept = mask != 0
        parts.append((pair[kept], system[kept], mask[kept], row[kept]))
    return _Hits(*(np.concatenate([part[n] for part in parts]) for n in range(4)))


def _best(
    net: Net,
    scores: Scores,
    starts: Starts,
    of_lane: Index,
    chosen: np.ndarray,
    walked: _Walked,
    hits: _Hits,
    marked: Bools | None,
    aims: Aims | None,
) -> Best:
    hit, start = of_lane.rows(chosen[walked.lane[hits.pair]])
    took = walked.level[hits.pair[hit]].astype(np.int64) + starts.spent[start]
    soon = took <= MAX_TRANSITIONS
    hit, start, took = hit[soon], start[soon], took[soon]
    if aims is not None:
        asked = aims.asked(starts.trial[start], hits.system[hit])
        hit, start, took = hit[asked], start[asked], took[asked]
    system, trial = hits.system[hit], starts.trial[start]
    kind = scores.kind(start, net.graph.nodes.criticality[system], hits.mask[hit], took)
    pair = trial.astype(np.int64) * net.graph.size + system
    # Heaviest first, then nearest; what is left equal stays in the order in which it was met.
    by = np.argsort(pair * len(scores.rank) + scores.rank[kind], kind="stable")
    kept = by[firsts(pair[by])]
    kind = kind[kept]
    steps = _steps(net, walked, hits, hit[kept], marked)
    return Best(
        trial[kept].astype(np.int32),
        system[kept],
        scores.weight[kind],
        scores.mask[kind],
        took[kept].astype(np.uint8),
        *steps,
    )


def _steps(
    net: Net, walked: _Walked, hits: _Hits, hit: Longs, marked: Bools | None
) -> tuple[Longs, Ints, Ints, Ints]:
    """The steps of the way to each of `hit`, last step first."""
    told = []
    if marked is not None and not marked.any():
        hit = hit[:0]
    way = np.arange(len(hit), dtype=np.int64)
    pair, row, end = hits.pair[hit], hits.row[hit], hits.system[hit]
    while len(way):
        begin = walked.node[pair]
        said = np.ones(len(way), dtype=bool) if marked is None else marked[row]
        told.append((way[said], row[said], begin[said], end[said]))
        onward = walked.came[pair] >= 0
        way, pair, end = way[onward], pair[onward], begin[onward]
        row, pair = walked.row[pair], walked.came[pair]
    if not told:
        none = np.empty(0, dtype=np.int32)
        return none.astype(np.int64), none, none, none
    where, row, begin, end = (np.concatenate([part[n] for part in told]) for n in range(4))
    by = np.argsort(where, kind="stable")
    return where[by], row[by], begin[by], end[by]
