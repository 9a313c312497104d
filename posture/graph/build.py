"""An estate whose links are resolved becomes arrays that reach can be swept over."""

from __future__ import annotations

import numpy as np
import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from posture.estate.estate import Estate
from posture.graph import places, scopes, tools
from posture.graph.arrays import Bools, Ints, Longs, distinct
from posture.graph.edges import Acts, Edges, Walk
from posture.graph.fitting import CLOSED, Fitting, fit
from posture.graph.nodes import BITS, Nodes, number
from posture.model.classes import Classes
from posture.model.links import KINDS


class Graph(Struct, frozen=True):
    """Who leads to whom, who may do what where, and what contains what.

    Nodes below `len(nodes.keys)` are the named ones in the order of their keys. The rest stand for a named
    one under a condition (cut by a tool, read by somebody, administered), and `named` says which.
    """

    nodes: Nodes
    named: Ints
    walk: Walk
    acts: Acts
    within: Edges
    """From a pattern or an administered scope to what it contains."""
    counted: Bools
    """Systems that count singly; a pattern only where no member of it is known."""
    links: pl.DataFrame
    """The links of the estate; `row` of an edge is a row here."""
    begins: Ints
    """Per link the node that it starts at; -1 where it was refused, and once more at the end for no link."""
    exits: Ints
    """By number of scope the node of whoever administers it and so holds any identity of it; -1 for none."""
    refused: pl.DataFrame
    """Coverage rows for links that do not fit."""

    @property
    def size(self) -> int:
        """Number of nodes."""
        return len(self.named)

    def numbers(self, keys: pl.Series | list[str]) -> Ints:
        """Numbers of the named nodes `keys`; -1 where there is none."""
        return self.nodes.numbers(pl.Series("key", keys, dtype=pl.String))

    def without(self, rows: np.ndarray) -> Graph:
        """The same graph without every edge that rests on the links numbered `rows`."""
        gone = np.zeros(len(self.links) + 1, dtype=bool)
        gone[rows] = True
        return replace(
            self,
            walk=self.walk.where(~gone[self.walk.row]),
            acts=self.acts.where(~gone[self.acts.row]),
            within=self.within.where(~gone[self.within.row]),
        )

    def narrowed(self, rows: np.ndarray, mask: int) -> Graph:
        """The same graph, the links numbered `rows` (that end at systems) cut to the classes in `mask`.

        Who no longer reads a place obtains nothing there, and who no longer administers a scope does not
        leave it that way.
        """
        cut = np.zeros(len(self.links) + 1, dtype=bool)
        cut[rows] = True
        keep = int(CLOSED[mask & 31])
        acts = replace(
            self.acts,
            mask=np.where(cut[self.acts.row], self.acts.mask & keep, self.acts.mask).astype(np.uint8),
        )
        needs = np.where(self.walk.cost == 1, int(Classes.ADMIN), int(Classes.READ))
        lost = cut[self.walk.row] & ((needs & keep) == 0)
        return replace(self, acts=acts.where(acts.mask != 0), walk=self.walk.where(~lost))

    def differs(self, changed: Graph) -> Ints:
        """Nodes at which an edge begins that `changed`, made from this graph, lacks or has narrower."""
        rows = np.concatenate(
            [
                _changes(edges, after, len(self.links))
                for edges, after in (
                    (self.walk, changed.walk),
                    (self.acts, changed.acts),
                    (self.within, changed.within),
                )
            ]
        )
        gone = np.zeros(len(self.links) + 1, dtype=bool)
        gone[distinct(rows)] = True
        within = self.within.src[gone[self.within.row]]
        holders = np.zeros(self.size, dtype=bool)
        holders[within] = True
        while (more := self.within.src[holders[self.within.dst] & ~holders[self.within.src]]).size:
            holders[more] = True
        return np.concatenate(
            [
                self.walk.src[gone[self.walk.row]],
                self.acts.src[gone[self.acts.row]],
                self.acts.src[holders[self.acts.dst]],
            ]
        )


def _changes(before: Edges, after: Edges, links: int) -> Longs:
    """Rows of links on which fewer edges rest afterwards, or that allow less."""

    def weight(edges: Edges) -> np.ndarray:
        many = np.bincount(edges.row + 1, minlength=links + 1)
        if isinstance(edges, Acts):
            many = many * 64 + np.bincount(edges.row + 1, weights=edges.mask, minlength=links + 1)
        return many

    return np.flatnonzero(weight(before) != weight(after)) - 1


def build(estate: Estate) -> Graph:
    """The graph of `estate`; the same for every order of its rows but for the numbers of links."""
    table = estate["links"]
    nodes = number(estate, table)
    links, refused = fit(table, nodes)
    size = len(nodes.keys)
    facts = tools.facts(estate["tools"], nodes)
    walk, acts, cuts = _base(links, nodes, facts)
    walk = Walk.together([walk, _same_value(estate["credentials"], nodes)])

    stored, within, listed = (_plain(links, of) for of in _placed(links, nodes))
    ruled, below = scopes.administered(estate, nodes, acts, size)
    out_walk, out_acts = scopes.leaving(ruled, nodes, below, walk, acts)
    acts = Acts.together([acts, out_acts])
    to_exit, to_all = scopes.ruling(ruled, nodes, acts)
    within = Edges.together([within, scopes.contents(ruled, nodes, below, listed)])
    planes = np.tile(np.where(ruled.plane < 0, 0, ruled.plane)[ruled.scopes], 2)
    stored = _in_scopes(stored, nodes, ruled)
    acts = Acts.together([acts, to_all])
    size += len(planes)

    reads, read = places.readers(stored, within, acts, size)
    size += len(read)
    walk = Walk.together([walk, out_walk, to_exit, reads])
    names = np.concatenate([np.arange(len(nodes.keys)), planes]).astype(np.int32)
    names = np.concatenate([names, names[read]])

    behind, cut_acts, shadowed = tools.shadows(cuts, walk, acts, size)
    walk = Walk.together([walk, behind])
    return Graph(
        nodes=nodes,
        named=np.concatenate([names, names[shadowed]]).astype(np.int32),
        walk=walk.where(walk.src != walk.dst),
        acts=Acts.together([acts, cut_acts]),
        within=within,
        counted=_counted(nodes, within, size + len(shadowed)),
        links=table,
        begins=_begins(links, len(table)),
        exits=ruled.exit,
        refused=refused,
    )


def _begins(links: Fitting, size: int) -> Ints:
    begins = np.full(size + 1, -1, dtype=np.int32)
    begins[links.rows] = links.src
    return begins


def _base(links: Fitting, nodes: Nodes, facts: tools.Tools) -> tuple[Walk, Acts, tools.Cuts]:
    """Links as edges, those of tools under the tool rule; nothing starts at what is switched off."""
    alive = ~nodes.dead[links.src]
    is_tool = (nodes.kinds[links.src] & BITS["tools"]) != 0
    through = np.zeros(len(links.src), dtype=bool)
    through[links.of("holds", "runs-as", "calls")] = True
    tool_walk, tool_acts, cuts = tools.through(links, facts, np.flatnonzero(alive & is_tool & through))
    rest = alive & ~(is_tool & through)
    walks = [tool_walk]
    for kind in KINDS.values():
        of = links.of(kind.id)
        of = of[rest[of]]
        if kind.id == "contains":
            of = of[(nodes.kinds[links.src[of]] & nodes.kinds[links.dst[of]] & BITS["identities"]) != 0]
        if kind.walked and not kind.ends:
            walks.append(_walk_of(links, nodes, kind.id, of))
    end = np.concatenate([links.of(kind.id) for kind in KINDS.values() if kind.ends])
    end = end[rest[end]]
    certain = links.certain[end] & links.known[end]
    acts = Acts.of(links.src[end], links.dst[end], links.mask[end], certain, links.rows[end])
    acts = Acts.together([acts, tool_acts])
    return Walk.together(walks), acts.where(acts.mask != 0), cuts


def _walk_of(links: Fitting, nodes: Nodes, kind: str, of: np.ndarray) -> Walk:
    known = KINDS[kind]
    credential = (nodes.kinds[links.src[of]] & BITS["credentials"]) != 0
    return Walk.of(
        links.src[of],
        links.dst[of],
        links.certain[of],
        links.rows[of],
        cost=int(known.transition),
        passes=credential if kind == "runs-as" else kind in ("authenticates", "member-of", "contains"),
        agents_only="stolen-credential" not in known.routes,
    )


def _same_value(credentials: pl.DataFrame, nodes: Nodes) -> Walk:
    """Every copy of a secret opens what any copy opens."""
    copies = credentials.filter(pl.col("same_value_as").is_not_null())
    src, dst = nodes.numbers(copies["key"]), nodes.numbers(copies["same_value_as"])
    src, dst = src[dst >= 0], dst[dst >= 0]
    there, back = ~nodes.dead[src], ~nodes.dead[dst]
    onward = Walk.of(src[there], dst[there], passes=True)
    return Walk.together([onward, Walk.of(dst[back], src[back], passes=True)])


def _placed(links: Fitting, nodes: Nodes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Links that say where something is: stored at, system in pattern, system in scope."""
    contains = links.of("contains")
    to_system = (nodes.kinds[links.dst[contains]] & BITS["systems"]) != 0
    systems = (nodes.kinds[links.src[contains]] & BITS["systems"]) != 0
    in_scope = (nodes.kinds[links.src[contains]] & BITS["scopes"]) != 0
    return links.of("stored-at"), contains[to_system & systems], contains[to_system & in_scope]


def _plain(links: Fitting, of: np.ndarray) -> Edges:
    return Edges(links.src[of], links.dst[of], links.certain[of], links.rows[of])


def _in_scopes(stored: Edges, nodes: Nodes, ruled: scopes.Administered) -> Edges:
    """What is stored in a scope as such is read by whoever administers it, and by nobody else we know."""
    at_scope = (nodes.kinds[stored.dst] & (BITS["scopes"] | BITS["systems"])) == BITS["scopes"]
    whole = np.append(ruled.whole, -1)[nodes.scope[stored.dst]]
    place = np.where(at_scope, whole, stored.dst).astype(np.int32)
    return replace(stored, dst=place).where(place >= 0)


def _counted(nodes: Nodes, within: Edges, size: int) -> Bools:
    """Systems that count as one: all but patterns that stand for nothing more than what they hold for sure.

    A pattern goes on counting where nothing in it is known to be as critical, or knowing less critical
    things in it, or only supposing them there, would lower the risk.
    """
    many = len(nodes.keys)
    counted = np.zeros(size, dtype=bool)
    counted[:many] = (nodes.kinds & BITS["systems"]) != 0
    named = within.where(within.certain & (within.src < many) & (within.dst < many))
    as_critical = nodes.criticality[named.dst] >= nodes.criticality[named.src]
    holders = named.src[as_critical]
    counted[holders[nodes.pattern[holders]]] = False
    return counted
