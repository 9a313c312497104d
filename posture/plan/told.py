"""Ways as rows: a path for its ends, a hop for each of its links, and how many other ways there are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import polars as pl
from msgspec import Struct

from posture.graph.aims import Aims
from posture.graph.arrays import Longs
from posture.graph.build import Graph
from posture.graph.counting import Counter
from posture.graph.sweep import MICRO
from posture.graph.taken import Taken
from posture.graph.trials import Best
from posture.model.frames import frame, schema
from posture.model.ways import Path
from posture.plan.field import Field


class Listing(Struct, frozen=True):
    """Ways as rows of the tables `paths` and `hops`."""

    graph: Graph
    rows: pl.DataFrame
    total: int

    def of(
        self,
        field: Field,
        found: Best,
        weight: np.ndarray,
        chosen: Longs,
        told: Longs,
        certain: bool = True,
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The ways `chosen` of `found`; those `told` with their links and the number of others."""
        made = listed(self.graph, self.rows, found.trial[chosen], found, weight, self.total, chosen)
        others = np.zeros(len(found.trial), dtype=np.int64)
        others[told] = _others(field, found, told)
        made = made.with_columns(pl.Series("others", others[chosen]))
        if not certain:
            # No part of the whole risk, which rests on what is certain.
            made = made.with_columns(certain=pl.lit(False), share=pl.lit(0.0))
        return made, _hops(self.graph, field, made, found, told, chosen)


def _others(field: Field, found: Best, told: Longs) -> Longs:
    """How many other ways there are between the same ends."""
    entries = found.trial[told].astype(np.int64)
    owner, start = field.starts.rows(entries)
    nodes: list[list[int]] = [[] for _ in entries]
    for place, node in zip(owner.tolist(), field.node[start].tolist(), strict=True):
        nodes[place].append(node)
    agents = [bool(field.agents[field.starts.order[field.starts.ptr[entry]]]) for entry in entries.tolist()]
    ways = Counter(field.net).count(zip(found.system[told].tolist(), agents, nodes, strict=True))
    return np.maximum(np.array(ways, dtype=np.int64) - 1, 0)


def path_id(route: str, origin: str, system: str) -> str:
    """First 16 hexadecimal digits over route and ends: the same while the atom is there."""
    return hashlib.sha256("\x1f".join((route, origin, system)).encode()).hexdigest()[:16]


def listed(
    graph: Graph,
    rows: pl.DataFrame,
    entry: np.ndarray,
    found: Best,
    weight: np.ndarray,
    total: int,
    chosen: np.ndarray,
) -> pl.DataFrame:
    """The ways `chosen` as rows of the table `paths`; `entry` says which of `rows` each starts from."""
    route, origin = rows["route"].gather(entry), rows["origin"].gather(entry)
    system = graph.nodes.keys.gather(found.system[chosen])
    return pl.DataFrame(
        {
            "id": [path_id(*ends) for ends in zip(route, origin, system, strict=True)],
            "route": route,
            "origin": origin,
            "system": system,
            "classes": found.mask[chosen].astype(np.int64),
            "certain": np.ones(len(chosen), dtype=bool),
            "transitions": found.transitions[chosen].astype(np.int64),
            "likelihood": rows["likelihood"].gather(entry),
            "weight": weight[chosen] / MICRO,
            "share": weight[chosen] / total,
            "assumed": (rows["assumed"] != "").gather(entry),
            "others": np.zeros(len(chosen), dtype=np.int64),
        },
        schema=schema(Path),
    )


def _hops(
    graph: Graph, field: Field, paths: pl.DataFrame, found: Best, told: np.ndarray, chosen: np.ndarray
) -> pl.DataFrame:
    """The links of the paths `told`, from origin to system."""
    entries = np.unique(found.trial[told])
    trials = [(int(at), float(field.write[at]), float(field.strong[at]), -1) for at in entries]
    aims = Aims.of(
        np.searchsorted(entries, found.trial[told]),
        found.system[told].astype(np.int64),
        len(entries),
        graph.size,
    )
    detail = field.weigh(trials, [], Taken(len(graph.links)), None, aims)
    ids = dict(
        zip(
            zip(found.trial[chosen].tolist(), found.system[chosen].tolist(), strict=True),
            paths["id"],
            strict=True,
        )
    )
    return told_hops(graph, detail, lambda way: ids[int(entries[detail.trial[way]]), int(detail.system[way])])


def told_hops(graph: Graph, found: Best, path: Callable[[int], str]) -> pl.DataFrame:
    """The steps of each way of `found` to which `path` gives an id, as rows of the table `hops`."""
    named, keys = graph.named, graph.nodes.keys
    columns = ("kind", "certain", "because", "depends_on", "file", "at")
    links = graph.links.select(columns)
    ids = {way: path(way) for way in range(len(found.trial))}
    # A certain link leads on only perhaps where nobody knows its classes, or what the tool does with it.
    sure = np.zeros(len(graph.links) + 1, dtype=bool)
    for edges in (graph.walk, graph.acts):
        sure[edges.row[edges.certain]] = True
    sure[-1] = True
    said: dict[int, dict[str, object]] = {-1: {"kind": "same", "certain": True}}
    steps: dict[int, list[dict[str, object]]] = {}
    for way, row, src, dst in zip(
        found.step_way.tolist(),
        found.step_row.tolist(),
        found.step_from.tolist(),
        found.step_to.tolist(),
        strict=True,
    ):
        if not ids[way]:
            continue
        start, end = keys[int(named[src])], keys[int(named[dst])]
        if start == end and row < 0:
            continue
        if row not in said:
            said[row] = dict(zip(columns, links.row(row), strict=True))
        link = said[row]
        steps.setdefault(way, []).append(
            {
                "path": ids[way],
                "from": start,
                "to": end,
                "kind": link["kind"],
                "certain": link["certain"] and bool(sure[row]),
                **{name: link.get(name) or "" for name in columns[2:]},
            }
        )
    rows = [{**step, "n": n} for way in sorted(steps) for n, step in enumerate(reversed(steps[way]), start=1)]
    return frame("hops", rows).sort("path", "n")
