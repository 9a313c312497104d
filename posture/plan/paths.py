"""The best ways from each origin, told link by link, and what each origin is worth to an attacker."""

from __future__ import annotations

import numpy as np
import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from posture.estate.estate import Estate
from posture.graph.arrays import Index, Longs, among, firsts, index
from posture.graph.build import Graph
from posture.graph.choke import chokes
from posture.graph.entries import Entries
from posture.graph.sweep import MICRO, Ways, best_ways
from posture.graph.taken import Taken
from posture.graph.trials import Best
from posture.model.frames import frame, schema
from posture.model.ways import Choke, Origin
from posture.plan.begin import FACTORS
from posture.plan.field import Field
from posture.plan.origins import Origins
from posture.plan.told import Listing

MOST_PATHS = 20_000
"""Paths listed in all; the weightiest of each origin come first."""

MOST_TOLD = 2_000
"""Paths whose links are listed and whose alternatives are counted too."""

MOST_POSSIBLE = 1_000
"""Paths that rest on a condition, listed beside the certain ones and told as they are."""

MOST_CHOKES = 200
CHOKES_UP_TO = 20_000
"""Origins above which choke points are not looked for, ..."""
MOST_CHOKED = 2_000_000
"""... and best ways: what is needed by all of them is traced through every one that is as good."""


class Standing(Struct, frozen=True):
    """Risk as it is now, in tables."""

    paths: pl.DataFrame
    hops: pl.DataFrame
    chokes: pl.DataFrame
    choked: bool
    """Whether choke points were looked for."""
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
    listing = Listing(graph, rows, max(total, 1))
    chosen = _chosen(found, weight, estate.settings.planning.listed_paths)
    told = chosen[np.argsort(-weight[chosen], kind="stable")][:MOST_TOLD]
    sure = listing.of(field, found, weight, chosen, told)
    low, high = (
        float(np.rint(rows[name].to_numpy() * found.totals(len(rows))).sum()) for name in ("low", "high")
    )
    possible = Field.of(graph, origins, estate.settings.factors, certain=False)
    perhaps = possible.weigh(trials, [], Taken(len(graph.links)), marked)
    high = max(high, float(np.rint(rows["high"].to_numpy() * perhaps.totals(len(rows))).sum()))
    would = np.rint(likelihood[perhaps.trial] * perhaps.weight).astype(np.int64)
    only = _only(graph, perhaps, would, found, weight)
    maybe = listing.of(possible, perhaps, would, only, only, certain=False)
    choking = _chokes(estate, graph, rows, origins)
    return Standing(
        paths=pl.concat([sure[0], maybe[0]]),
        hops=pl.concat([sure[1], maybe[1]]),
        chokes=frame("chokes", []) if choking is None else choking,
        choked=choking is not None,
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


def _chosen(found: Best, weight: np.ndarray, most: int) -> Longs:
    """Ways to list: the weightiest of each entry, at most so many of it, and of all the weightiest."""
    by = np.lexsort((found.system, -weight, found.trial))
    by = by[weight[by] > 0]
    first = np.flatnonzero(firsts(found.trial[by]))
    rank = np.arange(len(by)) - np.repeat(first, np.diff(np.append(first, len(by))))
    chosen = by[rank < most]
    if len(chosen) > MOST_PATHS:
        heaviest = np.sort(np.argsort(-weight[chosen], kind="stable")[:MOST_PATHS])
        chosen = chosen[heaviest]
    return chosen


def _only(graph: Graph, perhaps: Best, would: np.ndarray, found: Best, weight: np.ndarray) -> Longs:
    """Ways to list between ends that no certain way joins, the weightiest."""

    def ends(best: Best) -> Longs:
        return best.trial.astype(np.int64) * graph.size + best.system

    new = np.flatnonzero((would > 0) & ~among(ends(perhaps), np.sort(ends(found)[weight > 0])))
    return np.sort(new[np.argsort(-would[new], kind="stable")][:MOST_POSSIBLE])


def _entries(graph: Graph, rows: pl.DataFrame, origins: Origins, likelihood: str) -> Entries:
    given = origins.starts.join(
        rows.select("route", "origin", pl.col(likelihood).alias("likelihood"), "write", "strong"),
        on=["route", "origin"],
    )
    return Entries.of(graph, given.filter(pl.Series(graph.numbers(given["start"]) >= 0)))


def _chokes(estate: Estate, graph: Graph, rows: pl.DataFrame, origins: Origins) -> pl.DataFrame | None:
    """What much of the risk passes; None where it is too much to look through."""
    if rows.is_empty():
        return frame("chokes", [])
    if len(rows) > CHOKES_UP_TO:
        return None
    entries = _entries(graph, rows, origins, "likelihood")
    ways: Ways = best_ways(graph, entries, estate.settings.factors)
    if len(ways.entry) > MOST_CHOKED:
        return None
    found = chokes(graph, entries, ways, estate.settings.factors, wanted=MOST_CHOKES).head(MOST_CHOKES)
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
