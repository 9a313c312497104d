"""What would be left: many alternatives weighed in one sweep, each with links taken away or narrowed.

The graph is never rebuilt. Every start carries the number of its alternative, and each link that it meets is
looked up under that number.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from posture.graph.aims import Aims
from posture.graph.arrays import Bools, Bytes, Index, Ints, Longs, distinct, firsts, index
from posture.graph.batches import CELLS
from posture.graph.met import Hits, Walked, aimed, hits, walk
from posture.graph.scores import Scores
from posture.graph.sweep import Risk
from posture.graph.taken import Taken
from posture.graph.travel import Net
from posture.model.links import MAX_TRANSITIONS

_ACTS = 1 << 21
"""Acts that a batch may meet."""


class Starts(Struct, frozen=True):
    """Rows of equal length: the trial that each belongs to, the node, the rules and the alternative."""

    trial: Ints
    node: Ints
    agents: Bools
    spent: Ints
    control: np.ndarray
    """Per class, what is left of it."""
    alternative: Ints


class Best(Struct, frozen=True):
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
    code = trial.astype(np.int64) << 32 | system
    kept = np.argsort(code, kind="stable")
    if not firsts(code[kept]).all():
        by = np.lexsort((mask, took, -weight, code))
        kept = by[firsts(code[by])]
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
    waiting = net.batches(node)
    for chosen, nodes in waiting:
        if waiting.parted(chosen, len(nodes) * len(chosen), CELLS):
            continue
        walked = walk(net, node[chosen], agents[chosen], alternative[chosen], nodes, taken)
        if waiting.parted(chosen, int(net.by_actor.counts(walked.node).sum()), _ACTS):
            continue
        asked = None if aims is None else _questions(net, walked, starts, aims, *of_lane.rows(chosen))
        if asked is None:
            met = hits(net, walked, alternative[chosen], taken)
        else:
            met = aimed(net, walked, alternative[chosen], taken, asked, nodes)
        for part in met.parts(int(of_lane.counts(chosen[walked.lane[met.pair]]).sum())):
            yield _best(net, scores, starts, of_lane, chosen, walked, part, marked, aims)


def _questions(
    net: Net, walked: Walked, starts: Starts, aims: Aims, lane: Longs, start: Longs
) -> Longs | None:
    """Pairs of lane and system that are asked about; none where going through all acts costs less."""
    owner, asked = aims.by_trial.rows(starts.trial[start])
    code = distinct(lane[owner] * net.graph.size + aims.system[asked])
    back, forth = int(net.into[code % net.graph.size].sum()), int(net.spread[walked.node].sum())
    return code if back < forth else None


def _best(
    net: Net,
    scores: Scores,
    starts: Starts,
    of_lane: Index,
    chosen: np.ndarray,
    walked: Walked,
    hits: Hits,
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
    net: Net, walked: Walked, hits: Hits, hit: Longs, marked: Bools | None
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
