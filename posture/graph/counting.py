"""How many different ways lead from an origin to a system, counted one by one up to a limit.

Ways differ where they cross other credentials, roles or agents, or end in another class of permission; tools
between them and names for one and the same node make no difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from posture.graph.arrays import Index, among, distinct, index
from posture.graph.nodes import BITS
from posture.graph.travel import Net
from posture.model.classes import strongest
from posture.model.links import MAX_TRANSITIONS

MOST = 50
"""Ways that are counted; where there are more, so many are told."""

_MOST_STEPS = 1_000
"""Steps looked at for one pair: in a thicket of cycles counting would not end."""

_Ahead = dict[int, list[tuple[int, int, bool]]]
_Crossed = tuple[int, ...]
"""Nodes in the order of a way, or their names."""


class Counter:
    """The ways of one net; what lies before systems on which the same nodes act is found once for all."""

    def __init__(self, net: Net) -> None:
        self._net = net
        self._back = index(net.walk.dst, net.graph.size)
        self._holders = index(net.within.dst, net.graph.size)
        self._actors = index(net.acts.dst, net.graph.size)
        kinds = net.graph.nodes.kinds
        told = (kinds & (BITS["credentials"] | BITS["identities"] | BITS["agents"])) != 0
        # Looked up a node at a time, where a list answers three times as fast.
        self._named: list[int] = net.graph.named.tolist()
        self._told: list[bool] = told.tolist()

    def count(self, pairs: Iterable[tuple[int, bool, Sequence[int]]]) -> list[int]:
        """For each system, whether agents' links may be walked, and starts: the ways between them."""
        asked = [(system, agents, tuple(sorted(starts))) for system, agents, starts in pairs]
        by_system: dict[int, list[tuple[bool, _Crossed]]] = {}
        for system, agents, starts in dict.fromkeys(asked):
            by_system.setdefault(system, []).append((agents, starts))
        alike: dict[tuple[int, ...], list[tuple[int, dict[int, set[str]]]]] = {}
        for system in by_system:
            ends = self._acting(system)
            alike.setdefault(tuple(sorted(ends)), []).append((system, ends))
        known = {}
        for actors, systems in alike.items():
            ahead = self._before(actors)
            for system, ends in systems:
                for agents, starts in by_system[system]:
                    known[system, agents, starts] = self._count(starts, agents, ends, ahead)
        return [known[one] for one in asked]

    def _acting(self, system: int) -> dict[int, set[str]]:
        """Who acts on the system, in which classes."""
        net = self._net
        acts = self._actors.rows(self._closed(np.array([system]), self._holders, net.within.src))[1]
        ends: dict[int, set[str]] = {}
        for actor, mask in zip(net.acts.src[acts].tolist(), net.acts.mask[acts].tolist(), strict=True):
            ends.setdefault(actor, set()).add(strongest(mask))
        return ends

    def _before(self, actors: Sequence[int]) -> _Ahead:
        """Every edge on a way to one of `actors`."""
        net = self._net
        seen = self._closed(np.array(actors, dtype=np.int64), self._back, net.walk.src)
        edges = self._back.rows(seen)[1]
        ahead: _Ahead = {}
        for src, dst, cost, agents in zip(
            net.walk.src[edges].tolist(), net.walk.dst[edges].tolist(), net.walk.cost[edges].tolist(),
            net.walk.agents_only[edges].tolist(), strict=True,
        ):  # fmt: skip
            ahead.setdefault(src, []).append((dst, cost, agents))
        return ahead

    @staticmethod
    def _closed(first: np.ndarray, by: Index, source: np.ndarray) -> np.ndarray:
        seen = frontier = distinct(first.astype(np.int64))
        while len(edges := by.rows(frontier)[1]):
            frontier = distinct(source[edges].astype(np.int64))
            frontier = frontier[~among(frontier, seen)]
            seen = distinct(np.concatenate([seen, frontier]))
        return seen

    def _count(self, starts: _Crossed, agents: bool, ends: dict[int, set[str]], ahead: _Ahead) -> int:
        found: set[tuple[_Crossed, str]] = set()
        for steps, (node, crossed) in enumerate(self._walked(starts, agents, ahead), start=1):
            found.update((crossed, word) for word in ends.get(node, ()))
            if len(found) > MOST or steps >= _MOST_STEPS:
                break
        return min(len(found), MOST + 1)

    def _walked(self, starts: _Crossed, agents: bool, ahead: _Ahead) -> Iterator[tuple[int, _Crossed]]:
        """Every simple way on, nearest first: the node that it comes to and what it crosses."""
        named = self._named
        # Ways are short: to look through a few nodes is cheaper than to make a set of them at every step.
        waiting: list[tuple[int, int, _Crossed, _Crossed, _Crossed]] = [
            (node, 1, (node,), (named[node],), self._crossing((), node)) for node in starts
        ]
        for node, transitions, nodes, names, crossed in waiting:
            yield node, crossed
            here = named[node]
            for onward, cost, for_agents in ahead.get(node, ()):
                name, turns = named[onward], transitions + cost
                again = onward in nodes or (name != here and name in names)
                if again or turns > MAX_TRANSITIONS or (for_agents and not agents):
                    continue
                # What is appended here is walked later: the nearest come first.
                waiting.append(
                    (onward, turns, (*nodes, onward), (*names, name), self._crossing(crossed, onward))
                )

    def _crossing(self, crossed: _Crossed, node: int) -> _Crossed:
        name = self._named[node]
        if not self._told[name] or (crossed and crossed[-1] == name):
            return crossed
        return (*crossed, name)
