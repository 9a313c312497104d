"""What one origin still reaches where links or nodes are taken away: its best ways found once more."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import polars as pl
from msgspec import Struct

from posture.checks.view import View
from posture.graph.arrays import Longs
from posture.graph.build import Graph
from posture.graph.sweep import MICRO
from posture.graph.taken import Taken
from posture.graph.trials import Best
from posture.plan.field import Field
from posture.plan.origins import origins
from posture.plan.paths import with_likelihood
from posture.plan.told import listed, path_id, told_hops


class Kept(Struct, frozen=True):
    """The ways that remain, and what they are worth."""

    paths: pl.DataFrame
    hops: pl.DataFrame
    before: float
    """Path risk of the origin before, ..."""
    after: float
    """... and after."""
    lost: tuple[str, ...]
    """Systems to which no way is left."""
    uncut: tuple[tuple[str, str], ...]
    """Pairs between which no link of the estate lies on a way, so that none could be cut."""


class Cutter:
    """One estate, asked again and again."""

    def __init__(self, view: View, graph: Graph) -> None:
        begun = origins(view)
        self._graph = graph
        self._rows = with_likelihood(begun)
        self._field = Field.of(graph, begun, view.estate.settings.factors)
        self._likelihood = self._rows["likelihood"].to_numpy()
        ends = graph.links.select("from", "to")
        self._ends = ends.with_row_index("row")

    def without(
        self, origin: str, links: Sequence[tuple[str, str]], nodes: Collection[str], whole: float
    ) -> Kept:
        """What `origin` reaches once `links`, one after the other, and everything at `nodes` are cut.

        Shares are parts of the path risk `whole`.
        """
        entries = np.flatnonzero((self._rows["origin"] == origin).to_numpy())
        taken = Taken(len(self._graph.links))
        before = self._weighed(entries, taken)
        uncut = []
        for pair in links:
            rows = self._between(pair, self._weighed(entries, taken))
            if not len(rows):
                uncut.append(pair)
            self._cut(taken, rows)
        at_node = pl.col("from").is_in(sorted(nodes)) | pl.col("to").is_in(sorted(nodes))
        self._cut(taken, self._ends.filter(at_node)["row"].to_numpy())
        after = self._weighed(entries, taken)
        weight = self._weights(entries, after)
        chosen = np.flatnonzero(weight > 0)
        chosen = chosen[np.argsort(-weight[chosen], kind="stable")]
        entry = entries[after.trial[chosen]]
        total = max(round(whole * MICRO), 1)
        paths = listed(self._graph, self._rows, entry, after, weight, total, chosen)
        there = set(chosen.tolist())
        return Kept(
            paths,
            told_hops(self._graph, after, lambda way: self._id(entries, after, way) if way in there else ""),
            before=int(self._weights(entries, before).sum()) / MICRO,
            after=int(weight.sum()) / MICRO,
            lost=self._lost(entries, before, after),
            uncut=tuple(uncut),
        )

    def _weighed(self, entries: Longs, taken: Taken) -> Best:
        field = self._field
        trials = [(int(at), float(field.write[at]), float(field.strong[at]), -1) for at in entries]
        return field.weigh(trials, [], taken, None)

    def _weights(self, entries: Longs, found: Best) -> Longs:
        weight: Longs = np.rint(self._likelihood[entries[found.trial]] * found.weight).astype(np.int64)
        return weight

    def _between(self, pair: tuple[str, str], found: Best) -> Longs:
        """Links between two nodes: those that a way rests on there, and those that say so themselves."""
        start, end = (self._graph.nodes.keys[:] == key for key in pair)
        named = self._graph.named
        is_start, is_end = start.to_numpy()[named], end.to_numpy()[named]
        on_way = is_start[found.step_from] & is_end[found.step_to] & (found.step_row >= 0)
        stated = self._ends.filter(pl.col("from") == pair[0], pl.col("to") == pair[1])["row"].to_numpy()
        return np.unique(np.concatenate([found.step_row[on_way], stated])).astype(np.int64)

    @staticmethod
    def _cut(taken: Taken, rows: Longs) -> None:
        taken.take(rows, np.zeros(len(rows), dtype=np.int64))

    def _id(self, entries: Longs, found: Best, way: int) -> str:
        entry = int(entries[found.trial[way]])
        route, origin = self._rows["route"][entry], self._rows["origin"][entry]
        return path_id(route, origin, self._graph.nodes.keys[int(found.system[way])])

    def _lost(self, entries: Longs, before: Best, after: Best) -> tuple[str, ...]:
        def reached(found: Best) -> set[int]:
            return set(found.system[self._weights(entries, found) > 0].tolist())

        gone = reached(before) - reached(after)
        return tuple(sorted(self._graph.nodes.keys[node] for node in gone))
