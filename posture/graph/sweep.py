"""Path risk: for each entry and system the best way counts, found by one sweep level by level."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from posture.graph.arrays import Bytes, Index, Ints, Longs, firsts
from posture.graph.build import Graph
from posture.graph.entries import Entries
from posture.graph.travel import CLASSES, NEVER, Found, Lanes, Net, Trace, travel
from posture.graph.walked import reached
from posture.model.links import MAX_TRANSITIONS
from posture.settings import Factors

MICRO = 1_000_000
"""Weights are whole numbers of micro-units, so that sums do not depend on their order."""


class Ways(Struct, frozen=True):
    """One row per entry and system that it reaches, sorted by both: the best way there."""

    entry: Ints
    system: Ints
    mask: Bytes
    """Classes in reach after as many transitions as the best way takes."""
    transitions: Bytes
    weight: Longs

    def only(self, chosen: np.ndarray) -> Ways:
        """Those that `chosen` marks or numbers."""
        return Ways(*(getattr(self, name)[chosen] for name in self.__struct_fields__))

    @property
    def risk(self) -> int:
        """Sum of all weights, in micro-units."""
        return int(self.weight.sum())

    def by_entry(self, entries: int) -> Longs:
        """Sum of weights per entry."""
        return np.bincount(self.entry, weights=self.weight, minlength=entries).astype(np.int64)


class Risk(Struct, frozen=True, eq=False):
    """How ways are weighed."""

    value: np.ndarray
    """By criticality from 0."""
    permission: np.ndarray
    """By class."""
    decay: np.ndarray
    """By number of transitions."""

    @classmethod
    def of(cls, factors: Factors) -> Risk:
        """The factor tables of the settings."""
        strong = factors.permission_destructive
        return cls(
            value=np.array([0.0, *factors.criticality]),
            permission=np.array([factors.permission_read, factors.permission_write, strong, strong, strong]),
            decay=np.array([0.0, *(factors.decay**n for n in range(MAX_TRANSITIONS))]),
        )


def best_ways(graph: Graph, entries: Entries, factors: Factors, certain: bool = True) -> Ways:
    """The best way of each entry to each system, over certain links or over all."""
    return ways_over(Net.of(graph, certain), entries, factors)


def ways_over(net: Net, entries: Entries, factors: Factors) -> Ways:
    """The best ways over a graph that is already laid out."""
    return _merged(list(_ways(net, entries, entries.lanes, Risk.of(factors), entries.by_lane())))


def weights_over(net: Net, entries: Entries, factors: Factors) -> Longs:
    """Per entry the sum of the weights of its best ways; the ways themselves are not kept."""
    single = np.bincount(entries.entry, minlength=len(entries)) == 1
    total, several = np.zeros(len(entries), dtype=np.int64), []
    for ways in _ways(net, entries, entries.lanes, Risk.of(factors), entries.by_lane()):
        alone = single[ways.entry]
        total += ways.only(alone).by_entry(len(entries))
        several.append(ways.only(~alone))
    return total + _merged(several).by_entry(len(entries))


def drop(
    graph: Graph, changed: Graph, entries: Entries, before: Ways, factors: Factors, certain: bool = True
) -> int:
    """What path risk loses, exactly, when `graph` becomes `changed` by taking links away or narrowing them.

    Only entries that lead to where the two differ are swept again.
    """
    touched = affected(graph, changed, entries)
    lanes = np.flatnonzero(touched)
    if len(lanes) == 0:
        return 0
    moved = np.zeros(len(entries), dtype=bool)
    moved[entries.entry[touched[entries.lane]]] = True
    again = np.zeros(len(touched), dtype=bool)
    again[entries.lane[moved[entries.entry]]] = True
    after = _of_lanes(Net.of(changed, certain), entries, np.flatnonzero(again), Risk.of(factors))
    # An entry counts its best start, so one that moved is weighed again with all of them.
    return int(before.weight[moved[before.entry]].sum()) - int(after.weight[moved[after.entry]].sum())


def affected(graph: Graph, changed: Graph, entries: Entries) -> np.ndarray:
    """Lanes that lead to a node at which the two graphs differ."""
    at = graph.differs(changed)
    if len(at) == 0:
        return np.zeros(len(entries.lanes.start), dtype=bool)
    return reached(graph.size, graph.walk.dst, graph.walk.src, at)[entries.lanes.start]


def _of_lanes(net: Net, entries: Entries, chosen: np.ndarray, risk: Risk) -> Ways:
    lanes = Lanes(entries.lanes.start[chosen], entries.lanes.agents[chosen], entries.lanes.ban[chosen])
    starts = entries.by_lane()
    counts = starts.counts(chosen)
    ptr = np.concatenate([[0], np.cumsum(counts)])
    return _merged(list(_ways(net, entries, lanes, risk, Index(ptr, starts.rows(chosen)[1]))))


def _ways(net: Net, entries: Entries, lanes: Lanes, risk: Risk, starts: Index) -> Iterator[Ways]:
    for found in travel(net, lanes):
        yield weigh(net.graph, entries, found, risk, starts)


def weigh(graph: Graph, entries: Entries, found: Found, risk: Risk, starts: Index) -> Ways:
    """What was found per lane, as ways of every start of that lane."""
    owner, start = starts.rows(found.lane)
    first = found.first[owner]
    took = first + entries.spent[start].astype(np.uint8)[:, None]
    late = (first == NEVER) | (took > MAX_TRANSITIONS)
    score = risk.permission * entries.control[start] * risk.decay[np.where(late, 0, took)]
    best = score.max(axis=1)
    # Of classes that weigh the same, the one nearest counts.
    near = np.where(score == best[:, None], took, NEVER).min(axis=1)
    entry = entries.entry[start]
    value = risk.value[graph.nodes.criticality[found.system[owner]]]
    weight = np.rint(entries.likelihood[entry] * value * best * MICRO).astype(np.int64)
    there = ~late.all(axis=1)
    mask = (((took <= near[:, None]) & ~late) << np.arange(CLASSES)).sum(axis=1).astype(np.uint8)
    return Ways(
        entry[there],
        found.system[owner][there],
        mask[there],
        near.astype(np.uint8)[there],
        weight[there],
    )


def attaining(
    net: Net, entries: Entries, ways: Ways, risk: Risk, trace: Trace, chosen: Ints
) -> tuple[Longs, Longs]:
    """Pairs of a hit of the trace and the way whose weight it attains; `chosen` are the lanes of it."""
    starts = entries.by_lane()
    lane = chosen[trace.lane[trace.hit_pair]]
    hit, start = starts.rows(lane)
    took = trace.level[trace.hit_pair[hit]].astype(np.int64) + entries.spent[start]
    soon = took <= MAX_TRANSITIONS
    hit, start, took = hit[soon], start[soon], took[soon]
    has = (net.acts.mask[trace.hit_act[hit], None] >> np.arange(CLASSES)) & 1
    score = risk.permission * entries.control[start] * risk.decay[took][:, None]
    best = np.where(has == 1, score, 0.0).max(axis=1)
    entry, system = entries.entry[start].astype(np.int64), trace.hit_system[hit]
    value = risk.value[net.graph.nodes.criticality[system]]
    weight = np.rint(entries.likelihood[entry] * value * best * MICRO).astype(np.int64)
    way = np.searchsorted(ways.entry.astype(np.int64) << 32 | ways.system, entry << 32 | system)
    attained = weight == ways.weight[way]
    return hit[attained], way[attained]


def _merged(parts: list[Ways]) -> Ways:
    if not parts:
        none = np.empty(0, dtype=np.int32)
        return Ways(none, none, none.astype(np.uint8), none.astype(np.uint8), none.astype(np.int64))
    entry = np.concatenate([part.entry for part in parts])
    system = np.concatenate([part.system for part in parts])
    mask = np.concatenate([part.mask for part in parts])
    transitions = np.concatenate([part.transitions for part in parts])
    weight = np.concatenate([part.weight for part in parts])
    code = entry.astype(np.int64) << 32 | system
    best = np.argsort(code, kind="stable")
    once = firsts(code[best])
    if not once.all():
        # Best first within entry and system: heaviest, then nearest, then by mask so that one order remains.
        best = np.lexsort((mask, transitions, -weight, code))[once]
    return Ways(entry[best], system[best], mask[best], transitions[best], weight[best])
