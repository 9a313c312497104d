"""Questions about one corner of the graph, each answered with its evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from msgspec import Struct

from posture.estate.estate import Estate
from posture.graph.build import Graph, build
from posture.graph.hops import Way, key_of, way
from posture.graph.near import Node, neighbourhood, sources
from posture.graph.nodes import BITS
from posture.graph.reach import reach_of
from posture.model.classes import EVERYTHING, Classes
from posture.model.frames import frame

LISTED = 5
COUNTED = 50
"""Further ways are counted up to this many; more are told as at least as many."""
_ANYWHERE = "any origin"

if TYPE_CHECKING:
    import networkx as nx


class Paths(Struct, frozen=True):
    """The shortest few ways, and how many more there are."""

    ways: tuple[Way, ...]
    others: int
    """Further ways, as far as counted."""
    more: bool
    """Whether counting stopped before the last."""


def paths(
    graph: Graph,
    start: str,
    end: str,
    limit: int = LISTED,
    *,
    certain: bool = False,
    classes: int = int(EVERYTHING),
) -> Paths:
    """The shortest ways from `start` to `end`: fewest transitions, then most certain, then fewest links.

    `end` is a system, which is reached with any of `classes`, or somebody to become. KeyError names what is
    not in the graph.

    >>> graph = sketch("key authenticates role", "role may-act bucket 1")
    >>> [str(way) for way in paths(graph, "key", "bucket").ways]
    ['key > role > bucket']
    """
    import networkx as nx

    first, last = _number(graph, start), _number(graph, end)
    near = neighbourhood(graph, [first], [last], certain=certain, classes=classes)
    goal = near.graph["ends"][0]
    if goal not in near or goal == first or not nx.has_path(near, first, goal):
        return Paths((), 0, False)
    ways: dict[tuple[str, ...], Way] = {}
    for nodes in nx.shortest_simple_paths(near, first, goal, weight="weight"):
        made = way(graph, near, nodes)
        ways.setdefault(made.crosses, made)
        if len(ways) > limit + COUNTED:
            break
    listed = tuple(ways.values())
    return Paths(listed[:limit], min(max(len(listed) - limit, 0), COUNTED), len(listed) > limit + COUNTED)


def who_reaches(graph: Graph, system: str) -> pl.DataFrame:
    """Every agent, credential, identity and other actor that may come to act on `system`.

    `key`, and the classes of `certain` and of `possible` ways as masks, the possible ones with the certain.

    >>> graph = sketch("key authenticates role", "role may-act bucket 1")
    >>> who_reaches(graph, "bucket").rows()
    [('key', 1, 1), ('role', 1, 1)]
    """
    number = _number(graph, system)
    # A shadow or a reader stands for its node only under a condition; what is named speaks for itself.
    sure, perhaps = (np.zeros(len(graph.nodes.keys), dtype=np.uint8) for _ in range(2))
    for one in Classes:
        for mask, certain in ((sure, True), (perhaps, False)):
            mask[sources(graph, number, int(one), certain)[: len(mask)]] |= int(one)
    at = np.flatnonzero(perhaps)
    return pl.DataFrame({"key": graph.nodes.keys.gather(at), "certain": sure[at], "possible": perhaps[at]})


def dominators(graph: Graph, start: str, end: str, *, certain: bool = False) -> tuple[str, ...]:
    """What every way from `start` to `end` crosses, in order, both ends left out; empty where there is none.

    >>> graph = sketch("key authenticates role", "role may-act bucket 1")
    >>> dominators(graph, "key", "bucket")
    ('role',)
    """
    first, last = _number(graph, start), _number(graph, end)
    return _common(graph, [first], last, certain)


def choke_points(
    graph: Graph, system: str, origins: Iterable[str] | None = None, *, certain: bool = False
) -> tuple[str, ...]:
    """What every way from any of `origins`, all agents if none are given, to `system` crosses, in order.

    >>> graph = sketch("key authenticates role", "copy authenticates role", "role may-act bucket 1")
    >>> choke_points(graph, "bucket", ["key", "copy"])
    ('role',)
    """
    last = _number(graph, system)
    first = (
        np.flatnonzero((graph.nodes.kinds & BITS["agents"]) != 0).tolist()
        if origins is None
        else [_number(graph, origin) for origin in origins]
    )
    return _common(graph, first, last, certain)


def without(graph: Graph, rows: Iterable[int], origins: Iterable[str] | None = None) -> pl.DataFrame:
    """What `origins`, all agents if none are given, no longer reach once the links numbered `rows` are gone.

    `certain` and `possible` are the classes lost.

    >>> graph = sketch("key authenticates role", "role may-act bucket 1")
    >>> without(graph, [1], ["key"]).select("system", "certain").rows()
    [('bucket', 1)]
    """
    first = None if origins is None else np.array([_number(graph, key) for key in origins], dtype=np.int32)
    before = reach_of(graph, first).rows
    after = reach_of(graph.without(np.array(list(rows), dtype=np.int64)), first).rows
    both = before.join(
        after, on=["origin", "system"], how="left", suffix="_left", maintain_order="left"
    ).with_columns(pl.col("certain_left", "possible_left").fill_null(0))
    lost = both.select(
        "origin",
        "system",
        *(
            (pl.col(name) - (pl.col(name) & pl.col(f"{name}_left"))).alias(name)
            for name in ("certain", "possible")
        ),
    )
    return lost.filter((pl.col("certain") != 0) | (pl.col("possible") != 0))


def sketch(*links: str) -> Graph:
    """A graph from links such as `role may-act bucket 1`, where the number is the classes."""
    rows = []
    for link in links:
        start, kind, end, *classes = link.split()
        rows.append({"kind": kind, "from": start, "to": end, "classes": int(classes[0]) if classes else None})
    return build(Estate({"links": frame("links", rows)}, None))


def _number(graph: Graph, key: str) -> int:
    number = int(graph.numbers([key])[0])
    if number < 0:
        raise KeyError(key)
    return number


def _common(graph: Graph, first: list[int], last: int, certain: bool) -> tuple[str, ...]:
    import networkx as nx

    near = neighbourhood(graph, first, [last], certain=certain)
    goal = near.graph["ends"][0]
    near.add_edges_from((_ANYWHERE, node) for node in first)
    if goal not in near or not nx.has_path(near, _ANYWHERE, goal):
        return ()
    # What all ways cross lies on each of them. One node may stand in the graph under several conditions, all
    # of which go with it, so each candidate is taken out and the way tried again.
    one = nx.shortest_path(near, _ANYWHERE, goal)[1:]
    ends = {key_of(graph, goal), *(graph.nodes.keys[node] for node in first if len(first) == 1)}
    return tuple(
        key
        for key in dict.fromkeys(key_of(graph, node) for node in one)
        if key not in ends and not _gets_by(graph, near, goal, key)
    )


def _gets_by(graph: Graph, near: nx.DiGraph, goal: Node, key: str) -> bool:
    import networkx as nx

    kept = [node for node in near if node in (_ANYWHERE, goal) or key_of(graph, node) != key]
    return bool(nx.has_path(near.subgraph(kept), _ANYWHERE, goal))
