"""The neighbourhood of one question as a networkx graph: what lies between here and there, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from posture.graph.arrays import Bools, Ints, distinct
from posture.graph.build import Graph
from posture.graph.edges import Edges
from posture.graph.nodes import BITS
from posture.graph.walked import reached

if TYPE_CHECKING:
    import networkx as nx

TRANSITION, DOUBT, HOP = 1_000_000, 1_000, 1
"""Of two ways that with fewer transitions is shorter, then the more certain, then that with fewer links."""

Node = int | str
"""An actor by its number; a system that acts end at by its key."""


def neighbourhood(
    graph: Graph,
    starts: Iterable[int],
    ends: Iterable[int],
    *,
    certain: bool = False,
    classes: int = 31,
) -> nx.DiGraph:
    """What lies on a way from any of `starts` to any of `ends`, which are numbers of named nodes.

    An end that is a system stands in the answer by its key, and is reached by acts of any of `classes`; any
    other end by its number. Edges carry `weight`, `certain`, `row` (of the link) and `kind` where no link
    says it.
    """
    import networkx as nx

    first, last = np.array(sorted(starts), dtype=np.int32), np.array(sorted(ends), dtype=np.int32)
    walk = graph.walk.where(graph.walk.certain) if certain else graph.walk
    ahead = reached(graph.size, walk.src, walk.dst, first)
    systems, holders = _holders(graph, last, certain)
    acts = graph.acts.where(
        ahead[graph.acts.src]
        & holders[graph.acts.dst]
        & ((graph.acts.mask & classes) != 0)
        & (graph.acts.certain | (not certain))
    )
    others = np.setdiff1d(last, systems)
    ruled = _ruled(graph, others)
    goal = np.concatenate([acts.src, others, [way_out for way_out, _ in ruled]]).astype(np.int32)
    behind = reached(graph.size, walk.dst, walk.src, goal)
    between = walk.where(ahead[walk.src] & behind[walk.src] & behind[walk.dst])
    found = nx.DiGraph()
    found.add_nodes_from(int(node) for node in first)
    for src, dst, sure, row, cost in zip(
        between.src.tolist(), between.dst.tolist(), between.certain.tolist(), between.row.tolist(),
        between.cost.tolist(), strict=True,
    ):  # fmt: skip
        _add(found, src, dst, sure, row, cost, unsaid(graph, dst))
    keys = graph.nodes.keys
    for src, dst, sure, row in zip(
        acts.src.tolist(), acts.dst.tolist(), acts.certain.tolist(), acts.row.tolist(), strict=True
    ):
        _add(found, src, _end(graph, dst), sure, row, 0, "")
    for holder, member, sure, row in _inside(graph, holders, certain):
        _add(found, _end(graph, holder), _end(graph, member), sure, row, 0, "contains")
    for way_out, identity in ruled:
        if way_out in found:
            _add(found, way_out, identity, True, -1, 0, "administers")
    found.graph["ends"] = [keys[n] if n in set(systems.tolist()) else n for n in last.tolist()]
    return found


def unsaid(graph: Graph, dst: int) -> str:
    """What an edge is called that no link says: another copy of a secret, or part of a whole."""
    is_copy = dst < len(graph.nodes.keys) and graph.nodes.kinds[dst] & BITS["credentials"]
    return "same-value" if is_copy else "contains"


def _end(graph: Graph, node: int) -> Node:
    """A named system by its key; the group of a whole scope by its number, which is nobody's."""
    return str(graph.nodes.keys[node]) if node < len(graph.nodes.keys) else node


def _holders(graph: Graph, ends: Ints, certain: bool) -> tuple[Ints, Bools]:
    """Which of `ends` are systems, and a flag for all that contains one of them, themselves included."""
    systems = ends[(graph.nodes.kinds[ends] & BITS["systems"]) != 0]
    within = _within(graph, certain)
    return systems, reached(graph.size, within.dst, within.src, systems)


def _within(graph: Graph, certain: bool) -> Edges:
    return graph.within.where(graph.within.certain) if certain else graph.within


def _inside(graph: Graph, holders: Bools, certain: bool) -> Iterator[tuple[int, int, bool, int]]:
    within = _within(graph, certain)
    within = within.where(holders[within.src] & holders[within.dst])
    return zip(
        within.src.tolist(), within.dst.tolist(), within.certain.tolist(), within.row.tolist(), strict=True
    )


def _ruled(graph: Graph, identities: Ints) -> list[tuple[int, int]]:
    """Exits of the scopes that `identities` live in: whoever administers a scope may become any of them."""
    inside = (graph.nodes.kinds[identities] & (BITS["identities"] | BITS["groups"])) != 0
    out = np.append(graph.exits, -1)[graph.nodes.scope[identities]]
    return [
        (int(way_out), int(identity))
        for way_out, identity, is_one in zip(out, identities, inside, strict=True)
        if is_one and way_out >= 0
    ]


def _add(found: nx.DiGraph, src: Node, dst: Node, sure: bool, row: int, cost: int, kind: str) -> None:
    weight = cost * TRANSITION + (0 if sure else DOUBT) + HOP
    known = found.get_edge_data(src, dst)
    if known is None or weight < known["weight"]:
        found.add_edge(src, dst, weight=weight, certain=sure, row=row, kind=kind)


def sources(graph: Graph, system: int, classes: int, certain: bool) -> Bools:
    """Every node from which `system` is reached with any of `classes`."""
    walk, acts = graph.walk, graph.acts
    if certain:
        walk, acts = walk.where(walk.certain), acts.where(acts.certain)
    _, holders = _holders(graph, np.array([system], dtype=np.int32), certain)
    actors = acts.src[holders[acts.dst] & ((acts.mask & classes) != 0)]
    return reached(graph.size, walk.dst, walk.src, distinct(actors.astype(np.int64)))
