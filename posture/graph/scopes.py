"""Administration of a scope: every system of it at once, and from any of its identities out of it."""

from __future__ import annotations

import numpy as np
import polars as pl
from msgspec import Struct

from posture.estate.estate import Estate
from posture.graph.arrays import Bools, Ints, distinct
from posture.graph.edges import Acts, Edges, Walk
from posture.graph.nodes import BITS, CONTROL_PLANE, Nodes
from posture.model.classes import Classes

_INSIDE = BITS["identities"] | BITS["groups"] | BITS["systems"]


class Administered(Struct, frozen=True):
    """Scopes that somebody administers, and those below them.

    Each has two nodes of its own: `whole`, a group of all its systems, and `exit`, who holds any identity of
    it.
    """

    scopes: Ints
    plane: Ints
    """Number of the control plane of each scope; -1 where it is no node."""
    whole: Ints
    """By number of scope; -1 where nobody administers it."""
    exit: Ints


def administered(estate: Estate, nodes: Nodes, acts: Acts, size: int) -> tuple[Administered, Edges]:
    """The scopes, and the edges between them and below them as parents state."""
    plane = nodes.numbers(nodes.scopes + CONTROL_PLANE)
    ruled = nodes.scope[acts.dst[rules(acts, nodes, plane)]]
    parents = estate["scopes"].select(
        pl.col("key").replace_strict(_numbers(nodes), default=-1, return_dtype=pl.Int32).alias("child"),
        pl.col("parent").replace_strict(_numbers(nodes), default=-1, return_dtype=pl.Int32).alias("parent"),
    ).filter((pl.col("child") >= 0) & (pl.col("parent") >= 0))  # fmt: skip
    child, parent = parents["child"].to_numpy(), parents["parent"].to_numpy()
    chosen = np.zeros(len(nodes.scopes), dtype=bool)
    chosen[ruled] = True
    while True:
        below = child[chosen[parent]]
        if chosen[below].all():
            break
        chosen[below] = True
    scopes = np.flatnonzero(chosen).astype(np.int32)
    whole, way_out = (np.full(len(nodes.scopes), -1, dtype=np.int32) for _ in range(2))
    whole[scopes] = size + np.arange(len(scopes))
    way_out[scopes] = size + len(scopes) + np.arange(len(scopes))
    found = Administered(scopes, plane, whole, way_out)
    ordered = chosen[parent]
    return found, Edges(
        parent[ordered],
        child[ordered],
        np.ones(int(ordered.sum()), dtype=bool),
        np.full(int(ordered.sum()), -1, dtype=np.int32),
    )


def _numbers(nodes: Nodes) -> dict[str, int]:
    return {key: number for number, key in enumerate(nodes.scopes)}


def rules(acts: Acts, nodes: Nodes, plane: Ints) -> Bools:
    """Which acts are administration of a whole scope: class admin on its control plane."""
    scope = nodes.scope[acts.dst]
    at = np.append(plane, -2)[scope]  # number -1, no scope, has no control plane
    ruling: Bools = ((acts.mask & Classes.ADMIN) != 0) & (acts.dst == at)
    return ruling


def contents(found: Administered, nodes: Nodes, below: Edges, listed: Edges) -> Edges:
    """What the group of each administered scope contains: its systems, what is listed, its child scopes."""
    system = np.flatnonzero((nodes.kinds & BITS["systems"]) != 0).astype(np.int32)
    system = system[nodes.scope[system] >= 0]
    inside = found.whole[nodes.scope[system]]
    system, inside = system[inside >= 0], inside[inside >= 0]
    holder = found.whole[nodes.scope[listed.src]]
    listed = listed.where(holder >= 0)
    return Edges.together(
        [
            _sure(inside, system),
            Edges(holder[holder >= 0], listed.dst, listed.certain, listed.row),
            _sure(found.whole[below.src], found.whole[below.dst]),
        ]
    )


def leaving(found: Administered, nodes: Nodes, below: Edges, walk: Walk, acts: Acts) -> tuple[Walk, Acts]:
    """Links that leave an administered scope, from its exit: one transition was paid to get there."""
    return Walk.together([_walks_out(found, nodes, walk), Walk.of(
        found.exit[below.src], found.exit[below.dst]
    )]), _acts_out(found, nodes, acts)  # fmt: skip


def _walks_out(found: Administered, nodes: Nodes, walk: Walk) -> Walk:
    out = _outward(found, nodes, walk)
    return Walk.of(
        found.exit[nodes.scope[walk.src[out]]], walk.dst[out], walk.certain[out], walk.row[out],
        agents_only=walk.agents_only[out],
    )  # fmt: skip


def _acts_out(found: Administered, nodes: Nodes, acts: Acts) -> Acts:
    out = _outward(found, nodes, acts)
    return Acts.of(
        found.exit[nodes.scope[acts.src[out]]], acts.dst[out], acts.mask[out], acts.certain[out],
        acts.row[out],
    )  # fmt: skip


def _outward(found: Administered, nodes: Nodes, edges: Edges) -> np.ndarray:
    scope = nodes.scope[edges.src]
    ruled = np.append(found.exit, -1)[scope] >= 0
    inside = (nodes.kinds[edges.src] & _INSIDE) != 0
    # A credential that lies in the scope may open what lies outside.
    away = (nodes.scope[edges.dst] != scope) | ((nodes.kinds[edges.dst] & BITS["credentials"]) != 0)
    return np.flatnonzero(ruled & inside & away)


def ruling(found: Administered, nodes: Nodes, acts: Acts) -> tuple[Walk, Acts]:
    """Administration as edges: to all systems of the scope, and one transition away to its exit."""
    chosen = acts.where(rules(acts, nodes, found.plane))
    scope = nodes.scope[chosen.dst]
    walk = Walk.of(chosen.src, found.exit[scope], chosen.certain, chosen.row, cost=1)
    everything = Acts.of(
        chosen.src, found.whole[scope], chosen.mask, chosen.certain, chosen.row, obtains=chosen.obtains
    )
    # An act that obtains nothing becomes nobody either.
    return walk.where(chosen.obtains > 0), everything


def _sure(src: Ints, dst: Ints) -> Edges:
    codes = distinct(src.astype(np.int64) << 32 | dst)
    return Edges(
        (codes >> 32).astype(np.int32),
        (codes & 0xFFFFFFFF).astype(np.int32),
        np.ones(len(codes), dtype=bool),
        np.full(len(codes), -1, dtype=np.int32),
    )
