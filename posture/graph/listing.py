"""Best ways as rows for reports and screens: the weightiest, each hop with its evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import polars as pl

from posture.graph.arrays import Longs, firsts
from posture.graph.build import Graph
from posture.graph.entries import Entries
from posture.graph.hops import told
from posture.graph.near import unsaid
from posture.graph.sweep import MICRO, Risk, Ways, attaining
from posture.graph.travel import Lanes, Net, Trace, traces
from posture.model.frames import schema
from posture.model.ways import Hop, Path
from posture.settings import Factors

MOST = 2_000
"""Best ways that are told hop by hop; all others are in the sums."""


def listed(
    graph: Graph,
    entries: Entries,
    ways: Ways,
    factors: Factors,
    *,
    certain: bool = True,
    most: int = MOST,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The `most` weightiest of `ways` as the tables `paths` and `hops`, heaviest first.

    `ways` are the best ways of `entries`, over certain links only or over all, as `certain` says. Which
    factors of a path are assumed, the graph does not know: `assumed` is false in every row.
    """
    chosen = np.lexsort((ways.system, ways.entry, -ways.weight))[:most]
    net = Net.of(graph, certain)
    found = dict(_told(net, entries, ways, Risk.of(factors), np.sort(chosen)))
    total = max(ways.risk, 1)
    rows, hops = [], []
    for way in chosen.tolist():
        entry, (sure, steps) = int(ways.entry[way]), found[way]
        route, origin = entries.route[entry], entries.origin[entry]
        system = graph.nodes.keys[int(ways.system[way])]
        id_ = _id(route, origin, system)
        rows.append(
            {
                "id": id_,
                "route": route,
                "origin": origin,
                "system": system,
                "classes": int(ways.mask[way]),
                "certain": sure,
                "transitions": int(ways.transitions[way]),
                "likelihood": float(entries.likelihood[entry]),
                "weight": int(ways.weight[way]) / MICRO,
                "share": int(ways.weight[way]) / total,
                "assumed": False,
                "others": 0,
            }
        )
        hops += [
            {**told(graph, id_, *step).model_dump(by_alias=True), "n": n} for n, step in enumerate(steps, 1)
        ]
    return pl.DataFrame(rows, schema=schema(Path)), pl.DataFrame(hops, schema=schema(Hop))


Step = tuple[str, str, int, bool, str]
"""From, to, row of the link, certain, and the kind where no link says it."""


def _id(route: str, origin: str, system: str) -> str:
    return hashlib.sha256("\n".join((route, origin, system)).encode()).hexdigest()[:16]


def _told(
    net: Net, entries: Entries, ways: Ways, risk: Risk, chosen: Longs
) -> Iterator[tuple[int, tuple[bool, list[Step]]]]:
    """Per way of `chosen`: whether all of it is certain, and its steps."""
    wanted = np.zeros(len(ways.entry), dtype=bool)
    wanted[chosen] = True
    concerned = np.zeros(len(entries), dtype=bool)
    concerned[ways.entry[chosen]] = True
    some = np.flatnonzero(
        np.bincount(entries.lane[concerned[entries.entry]], minlength=len(entries.lanes.start))
    )
    lanes = Lanes(entries.lanes.start[some], entries.lanes.agents[some], entries.lanes.ban[some])
    seen: set[int] = set()
    for places, trace in traces(net, lanes):
        hit, way = attaining(net, entries, ways, risk, trace, some[places].astype(np.int32))
        hit, way = hit[wanted[way]], way[wanted[way]]
        came = _first_came(net, trace)
        act = trace.hit_act[hit]
        by = np.lexsort((net.acts.row[act], trace.node[trace.hit_pair[hit]], ~net.acts.certain[act], way))
        for n in by[firsts(way[by])].tolist():
            # An entry with several starts is told by the first that attains its weight.
            if int(way[n]) not in seen:
                seen.add(int(way[n]))
                yield int(way[n]), _steps(net, trace, came, int(hit[n]))


def _first_came(net: Net, trace: Trace) -> Longs:
    """Per pair the place in `came` of the most certain way to it; -1 for a start."""
    edge = trace.came_edge
    by = np.lexsort((net.walk.row[edge], ~net.walk.certain[edge], trace.came_to))
    first = by[firsts(trace.came_to[by])]
    came = np.full(len(trace.node), -1, dtype=np.int64)
    came[trace.came_to[first]] = first
    return came


def _steps(net: Net, trace: Trace, came: Longs, hit: int) -> tuple[bool, list[Step]]:
    graph, walk, acts = net.graph, net.walk, net.acts
    act, pair = int(trace.hit_act[hit]), int(trace.hit_pair[hit])
    target, system = _key(graph, int(acts.dst[act])), _key(graph, int(trace.hit_system[hit]))
    steps: list[Step] = []
    if target != system:
        steps.append((target, system, -1, True, "contains"))
    sure = bool(acts.certain[act])
    steps.append((_key(graph, int(trace.node[pair])), target, int(acts.row[act]), sure, ""))
    while (at := int(came[pair])) >= 0:
        edge, pair = int(trace.came_edge[at]), int(trace.came_pair[at])
        src, dst = _key(graph, int(walk.src[edge])), _key(graph, int(walk.dst[edge]))
        row, certain = int(walk.row[edge]), bool(walk.certain[edge])
        sure &= certain
        if row >= 0 or src != dst:
            steps.append((src, dst, row, certain, unsaid(graph, int(walk.dst[edge]))))
    return sure, steps[::-1]


def _key(graph: Graph, node: int) -> str:
    return str(graph.nodes.keys[int(graph.named[node])])
