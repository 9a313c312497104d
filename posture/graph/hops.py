"""A way through the graph told link by link, with the evidence of each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from posture.graph.build import Graph
from posture.graph.near import TRANSITION, Node
from posture.model.ways import Hop

if TYPE_CHECKING:
    import networkx as nx


class Way(Struct, frozen=True):
    """One way from here to there."""

    id: str
    """First 16 hexadecimal digits of SHA-256 over the nodes crossed."""
    certain: bool
    transitions: int
    """1 for direct use, one more for each change of identity or delegation."""
    crosses: tuple[str, ...]
    """Keys from first to last."""
    hops: tuple[Hop, ...]

    def __str__(self) -> str:
        return " > ".join(self.crosses)


def key_of(graph: Graph, node: Node) -> str:
    """Key of the named node that `node` stands for."""
    return node if isinstance(node, str) else str(graph.nodes.keys[int(graph.named[node])])


def way(graph: Graph, near: nx.DiGraph, nodes: Sequence[Node]) -> Way:
    """The way along `nodes` of a neighbourhood."""
    edges = [near.edges[pair] for pair in pairwise(nodes)]
    crosses = _once(key_of(graph, node) for node in nodes)
    id_ = hashlib.sha256("\n".join(crosses).encode()).hexdigest()[:16]
    told = [
        hop
        for n, edge in enumerate(edges)
        if (hop := _hop(graph, id_, key_of(graph, nodes[n]), key_of(graph, nodes[n + 1]), edge)) is not None
    ]
    return Way(
        id=id_,
        certain=all(edge["certain"] for edge in edges),
        transitions=1 + sum(edge["weight"] >= TRANSITION for edge in edges),
        crosses=crosses,
        hops=tuple(hop.model_copy(update={"n": n}) for n, hop in enumerate(told, start=1)),
    )


def _hop(graph: Graph, path: str, src: str, dst: str, edge: Mapping[str, Any]) -> Hop | None:
    if edge["row"] < 0:
        # Where no link says it, the two may be one under another condition: that is no hop.
        return None if src == dst else told(graph, path, src, dst, -1, edge["certain"], edge["kind"])
    return told(graph, path, src, dst, edge["row"], edge["certain"], "")


def told(graph: Graph, path: str, src: str, dst: str, row: int, certain: bool, kind: str) -> Hop:
    """One hop with the evidence of the link numbered `row`; of the given kind where there is none."""
    evidence: dict[str, Any] = {"kind": kind}
    if row >= 0:
        link = graph.links.row(row, named=True)
        evidence = {name: link[name] or "" for name in ("kind", "because", "depends_on", "file", "at")}
    return Hop.model_validate({"path": path, "n": 0, "from": src, "to": dst, "certain": certain, **evidence})


def _once(keys: Iterator[str]) -> tuple[str, ...]:
    """Without repetition of what stands next to itself: a node and what stands for it are one."""
    found: list[str] = []
    for key in keys:
        if not found or found[-1] != key:
            found.append(key)
    return tuple(found)
