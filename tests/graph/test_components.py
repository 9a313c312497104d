"""Strongly connected parts: the peeling, the search and scipy agree with networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.graph import components as room

EDGES = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=40)


def parts(component: np.ndarray) -> set[frozenset[int]]:
    found: dict[int, set[int]] = {}
    for node, part in enumerate(component.tolist()):
        found.setdefault(part, set()).add(node)
    return {frozenset(one) for one in found.values()}


def expected(edges: list[tuple[int, int]]) -> set[frozenset[int]]:
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(12))
    return {frozenset(one) for one in nx.strongly_connected_components(graph)}


@settings(derandomize=True, max_examples=200, deadline=None)
@given(EDGES)
def test_the_search_agrees_with_networkx(edges: list[tuple[int, int]]) -> None:
    src, dst = (np.array([edge[side] for edge in edges], dtype=np.int32) for side in (0, 1))
    assert parts(room.components(12, src, dst)) == expected(edges)


@settings(derandomize=True, max_examples=50, deadline=None)
@given(EDGES)
def test_scipy_agrees_for_large_cycles(edges: list[tuple[int, int]]) -> None:
    src, dst = (np.array([edge[side] for edge in edges], dtype=np.int32) for side in (0, 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "SMALL", -1)
        assert parts(room.components(12, src, dst)) == expected(edges)
