"""The best ways from each origin, told link by link, and what each origin is worth to an attacker."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from posture.estate.estate import Estate
from posture.graph.arrays import Index, firsts, index
from posture.graph.build import Graph
from posture.graph.choke import chokes
from posture.graph.entries import Entries
from posture.graph.sweep import MICRO, Ways, best_ways
from posture.graph.trials import Best, Taken
from posture.model.frames import frame, schema
from posture.model.ways import Choke, Origin, Path
from posture.plan.begin import FACTORS
from posture.plan.field import Field
from posture.plan.origins import Origins

MOST_PATHS = 20_000
"""Paths listed in all; the weightiest of each origin come first."""

MOST_TOLD = 2_000
"""Paths whose links are listed too."""

MOST_CHOKES = 200
CHOKES_UP_TO = 20_000
"""Origins above which choke points are not looked for."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Risk as it is now, in tables."""

    paths: pl.DataFrame
    hops: pl.DataFrame
    chokes: pl.DataFrame
    origins: pl.DataFrame
    low: float
    high: float
    reached: Index
    """By entry: rows of `systems`, numbers of what it reaches."""
    systems: np.ndarray


def standing(estate: Estate, graph: Graph, origins: Origins, field: Field) -> Standing:
    """Paths, choke points and origins before anything is done, and the span of the risk."""
    rows = with_likelihood(origins)
    trials = [(at, float(field.write[at]), float(field.strong[at]), -1) for at in range(len(field))]
    marked = np.zeros(len(graph.links) + 1, dtype=bool)
    found = field.weigh(trials, [], Taken(len(graph.links)), marked)
    likelihood = rows["likelihood"].to_numpy()
    weight = np.rint(likelihood[found.trial] * found.weight).astype(np.int64)
    by_entry = np.rint(likelihood * found.totals(len(rows))).astype(np.int64)
    total = int(by_entry.sum())
    paths, chosen = _paths(estate, graph, rows, found, weight, max(total, 1))
    told = chosen[np.argsort(-weight[chosen], kind="stable")][:MOST_TOLD]
    low, high = (
        float(np.rint(rows[name].to_numpy() * found.totals(len(rows))).sum()) for name in ("low", "high")
    )
    possible = Field.of(graph, origins, estate.settings.factors, certain=False)
    perhaps = possible.weigh(trials, [], Taken(len(graph.links)), marked)
    high = max(high, float(np.rint(rows["high"].to_numpy() * perhaps.totals(len(rows))).sum()))
    return Standing(
        paths=paths,
        hops=_hops(graph, field, paths, found, told, chosen),
        chokes=_chokes(estate, graph, rows, origins),
        origins=_origins(estate, graph, rows, field, found, by_entry),
        low=low / MICRO,
        high=high / MICRO,
        reached=index(found.trial, len(rows)),
        systems=found.system,
    )


def with_likelihood(origins: Origins) -> pl.DataFrame:
    """The rows of `origins`, each with the product of its factors."""
    factors = [pl.col(f"factor_{at}") for at in range(FACTORS)]
    return origins.rows.with_columns(pl.fold(1.0, lambda a, b: a * b, factors).alias("likelihood"))


def path_id(route: str, origin: str, system: str) -> str:
    """First 16 hexadecimal digits over route and ends: the same while the atom is there."""
    return hashlib.sha256("\x1f".join((route, origin, system)).encode()).hexdigest()[:16]


def _paths(
    estate: Estate, graph: Graph, rows: pl.DataFrame, found: Best, weight: np.ndarray, total: int
) -> tuple[pl.DataFrame, np.ndarray]:
    by = np.lexsort((found.system, -weight, found.trial))
    by = by[weight[by] > 0]
    first = np.flatnonzero(firsts(found.trial[by]))
    rank = np.arange(len(by)) - np.repeat(first, np.diff(np.append(first, len(by))))
    chosen = by[rank < estate.settings.planning.listed_paths]
    if len(chosen) > MOST_PATHS:
        heaviest = np.sort(np.argsort(-weight[chosen], kind="stable")[:MOST_PATHS])
        chosen = chosen[heaviest]
    return listed(graph, rows, found.trial[chosen], found, weight, total, chosen), chosen


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
    detail = field.weigh(trials, [], Taken(len(graph.links)), None)
    ids = dict(
        zip(
            zip(found.trial[chosen].tolist(), found.system[chosen].tolist(), strict=True),
            paths["id"],
            strict=True,
        )
    )
    wanted = set(zip(found.trial[told].tolist(), found.system[told].tolist(), strict=True))
    return told_hops(
        graph,
        detail,
        lambda way: (
            ids[pair]
            if (pair := (int(entries[detail.trial[way]]), int(detail.system[way]))) in wanted
            else ""
        ),
    )


def told_hops(graph: Graph, found: Best, path: Callable[[int], str]) -> pl.DataFrame:
    """The steps of each way of `found` to which `path` gives an id, as rows of the table `hops`."""
    named, keys = graph.named, graph.nodes.keys
    columns = ("kind", "certain", "because", "depends_on", "file", "at")
    links = graph.links.select(columns)
    ids = {way: path(way) for way in range(len(found.trial))}
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
        said = (
            dict(zip(columns, links.row(row), strict=True)) if row >= 0 else {"kind": "same", "certain": True}
        )
        steps.setdefault(way, []).append(
            {
                "path": ids[way],
                "from": start,
                "to": end,
                "kind": said["kind"],
                "certain": said["certain"],
                **{name: said.get(name) or "" for name in columns[2:]},
            }
        )
    rows = [{**step, "n": n} for way in sorted(steps) for n, step in enumerate(reversed(steps[way]), start=1)]
    return frame("hops", rows).sort("path", "n")


def _entries(graph: Graph, rows: pl.DataFrame, origins: Origins, likelihood: str) -> Entries:
    given = origins.starts.join(
        rows.select("route", "origin", pl.col(likelihood).alias("likelihood"), "write", "strong"),
        on=["route", "origin"],
    )
    return Entries.of(graph, given.filter(pl.Series(graph.numbers(given["start"]) >= 0)))


def _chokes(estate: Estate, graph: Graph, rows: pl.DataFrame, origins: Origins) -> pl.DataFrame:
    if not 0 < len(rows) <= CHOKES_UP_TO:
        return frame("chokes", [])
    entries = _entries(graph, rows, origins, "likelihood")
    ways: Ways = best_ways(graph, entries, estate.settings.factors)
    found = chokes(graph, entries, ways, estate.settings.factors).head(MOST_CHOKES)
    names = _names(estate)
    return found.with_columns(
        pl.col("key").replace_strict(names, default="", return_dtype=pl.String).fill_null("").alias("name")
    ).cast(schema(Choke))


def _names(estate: Estate) -> dict[str, str]:
    parts = [
        estate[table].select("key", "name").drop_nulls()
        for table in ("agents", "tools", "credentials", "identities", "systems")
    ]
    return dict(pl.concat(parts).unique("key", keep="first", maintain_order=True).iter_rows())


def _origins(
    estate: Estate, graph: Graph, rows: pl.DataFrame, field: Field, found: Best, by_entry: np.ndarray
) -> pl.DataFrame:
    """Each origin that reaches anything, with its blast radius: what it is worth, however unlikely or far."""
    flat = replace(field, risk=replace(field.risk, decay=np.where(field.risk.decay > 0, 1.0, 0.0)))
    trials = [(at, 1.0, 1.0, -1) for at in range(len(field))]
    marked = np.zeros(len(graph.links) + 1, dtype=bool)
    blast = flat.weigh(trials, [], Taken(len(graph.links)), marked)
    most = blast.totals(len(rows))
    whole = field.risk.value[
        graph.nodes.criticality[np.flatnonzero(graph.counted[: len(graph.nodes.keys)])]
    ].sum()
    systems = np.bincount(blast.trial, minlength=len(rows))
    chosen = np.flatnonzero(systems > 0)
    picked = rows[chosen.tolist()]
    made = pl.DataFrame(
        {
            "key": picked["origin"],
            "name": picked["name"],
            "route": picked["route"],
            "likelihood": picked["likelihood"],
            "risk": by_entry[chosen] / MICRO,
            "blast": most[chosen] / MICRO,
            "blast_share": most[chosen] / MICRO / max(float(whole), 1.0),
            "systems": systems[chosen].astype(np.int64),
            "assumed": picked["assumed"],
        },
        schema=schema(Origin),
    )
    return made.sort(["risk", "key", "route"], descending=[True, False, False])
