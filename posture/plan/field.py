"""The entries of an estate as arrays: factors, controls and starts, and the sweep that weighs their ways."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from posture.graph.aims import Aims
from posture.graph.arrays import Bools, Bytes, Index, Ints, distinct, index
from posture.graph.build import Graph
from posture.graph.sweep import Risk
from posture.graph.taken import Taken
from posture.graph.travel import Net
from posture.graph.trials import Best, Starts, best
from posture.graph.walked import reached
from posture.model.links import KINDS
from posture.plan.begin import FACTORS
from posture.plan.change import Change, Cut
from posture.plan.origins import Origins
from posture.settings import Factors

_AGENT_ROUTES = KINDS["uses-tool"].routes

Trial = tuple[int, float, float, int]
"""An entry, what controls leave of writing and of strong actions, and the number of an alternative."""


class Field(Struct, frozen=True):
    """Entries in the order of route and origin; those of them that start nowhere weigh nothing."""

    net: Net
    risk: Risk
    factors: np.ndarray
    """Per entry its factors."""
    write: np.ndarray
    strong: np.ndarray
    number: dict[tuple[str, str], int]
    """Entry by route and origin."""
    starts: Index
    entry: Ints
    node: Ints
    agents: Bools
    at: Index
    """Starts by node."""
    backwards: Index
    walks: Index
    """Edges by their link."""
    acts: Index

    @classmethod
    def of(cls, graph: Graph, origins: Origins, factors: Factors, certain: bool = True) -> Field:
        """Over certain links, or over all."""
        rows = origins.rows
        number = {pair: at for at, pair in enumerate(rows.select("route", "origin").iter_rows())}
        node = graph.numbers(origins.starts["start"])
        entry = np.array(
            [number[pair] for pair in origins.starts.select("route", "origin").iter_rows()], dtype=np.int64
        )
        there = node >= 0
        agents = origins.starts["route"].is_in(_AGENT_ROUTES).to_numpy()
        net, width = Net.of(graph, certain), len(graph.links) + 1
        return cls(
            net=net,
            risk=Risk.of(factors),
            factors=np.stack([rows[f"factor_{at}"].to_numpy() for at in range(FACTORS)], axis=1),
            write=rows["write"].to_numpy(),
            strong=rows["strong"].to_numpy(),
            number=number,
            starts=index(entry[there], len(rows)),
            entry=entry[there].astype(np.int32),
            node=node[there],
            agents=agents[there],
            at=index(node[there], graph.size),
            backwards=index(net.walk.dst, graph.size),
            walks=index(net.walk.row + 1, width),
            acts=index(net.acts.row + 1, width),
        )

    def __len__(self) -> int:
        return len(self.factors)

    def concerned(self, changes: Sequence[Change]) -> list[int]:
        """Places of `changes` that may lower risk, alone or with others: too many, never too few."""
        walk, acts = self.net.walk, self.net.acts
        leads = reached(self.net.graph.size, walk.dst, walk.src, acts.src)
        weighs = np.zeros(len(self), dtype=bool)
        weighs[self.entry[leads[self.node]]] = True
        behind = reached(self.net.graph.size, walk.src, walk.dst, self.node)
        met = np.zeros(len(self.net.graph.links) + 1, dtype=bool)
        for edges in (walk, acts):
            met[edges.row[behind[edges.src]]] = True
        met[-1] = False
        return [
            at
            for at, change in enumerate(changes)
            if any(weighs[entry] for entry in change.entries) or any(met[row] for row, _ in change.links)
        ]

    def leading_to(self, rows: np.ndarray, left: Bytes | None = None) -> set[int]:
        """Entries that can come to one of the links numbered `rows`.

        `left` is what is left of each link; without it, whatever has been taken away since.
        """
        walk, acts = self.walks.rows(rows + 1)[1], self.acts.rows(rows + 1)[1]
        begin = np.concatenate([self.net.walk.src[walk], self.net.acts.src[acts]])
        frontier = distinct(begin.astype(np.int64))
        seen, found = np.zeros(self.net.graph.size, dtype=bool), [frontier]
        while len(frontier):
            seen[frontier] = True
            _, edge = self.backwards.rows(frontier)
            if left is not None:
                edge = edge[left[self.net.walk.row[edge]] != 0]
            onward = self.net.walk.src[edge]
            frontier = distinct(onward[~seen[onward]].astype(np.int64))
            found.append(frontier)
        return set(self.entry[self.at.rows(np.concatenate(found))[1]].tolist())

    def weigh(
        self,
        trials: list[Trial],
        cuts: list[Cut],
        taken: Taken,
        marked: Bools | None,
        aims: Aims | None = None,
    ) -> Best:
        """The best ways of each trial, or those to what `aims` asks about.

        `marked` are the links whose steps are told, none for every step.
        """
        entry = np.array([one[0] for one in trials], dtype=np.int64)
        owner, start = self.starts.rows(entry)
        left = np.array([(1.0, write, strong, strong, strong) for _, write, strong, _ in trials])
        alternative = np.array([one[3] for one in trials], dtype=np.int64)
        taken.alternatives([cut.rows for cut in cuts], [cut.keep for cut in cuts])
        starts = Starts(
            trial=owner.astype(np.int32),
            node=self.node[start],
            agents=self.agents[start],
            spent=np.zeros(len(start), dtype=np.int32),
            control=left[owner] if len(trials) else np.ones((0, 5)),
            alternative=alternative[owner].astype(np.int32),
        )
        return best(self.net, self.risk, starts, taken, marked, aims)
