"""What every node reaches, in a few numbers: one sweep backwards from the systems."""

from __future__ import annotations

import numpy as np
import polars as pl

from posture.estate.estate import Estate
from posture.graph.arrays import Ints, Longs, distinct, runs
from posture.graph.build import Graph
from posture.graph.ends import Ends, spread
from posture.graph.order import Order, order
from posture.model.classes import Classes

_WRITES = Classes.WRITE | Classes.DESTRUCTIVE | Classes.ADMIN
_DESTROYS = Classes.DESTRUCTIVE | Classes.ADMIN
_TIERS = (("", 31), ("_write", int(_WRITES)), ("_destroy", int(_DESTROYS)))
_NOBODY = np.int64(2**31)


def summaries(graph: Graph, estate: Estate) -> pl.DataFrame:
    """One row per named node: `key`, and for what it certainly reaches and may reach (`reaches_` and
    `may_reach_` before the name):

    `mask`, every class reached somewhere; `criticality`, the highest reached (0 for none), also
    `criticality_write` and `criticality_destroy` for what is reached with those classes; `systems` and
    `domains`, distinct systems reached and domains written in, counted up to the limits for broad access. A
    domain is a scope, or a service out there that lies in none: each of these is a tenant of its own.
    """
    limits = estate.settings.limits
    columns: dict[str, pl.Series] = {"key": graph.nodes.keys}
    domain = _domains(graph, estate)
    for prefix, certain in (("reaches_", True), ("may_reach_", False)):
        ends = spread(graph, certain)
        single = np.flatnonzero(graph.counted[ends.system])
        laid = order(ends.size, ends.dst, ends.src, ends.first + single)
        place = laid.place[: len(graph.nodes.keys)]
        word = np.append(_words(graph, ends, single, laid), np.uint64(0))[place]
        columns[f"{prefix}mask"] = pl.Series(word & np.uint64(31)).cast(pl.Int64)
        for tier, (name, _) in enumerate(_TIERS):
            columns[f"{prefix}criticality{name}"] = pl.Series(_highest(word >> np.uint64(5 + 5 * tier)))
        system, mask = ends.system[single], ends.mask[single]
        writes = ((mask & _WRITES) != 0) & (domain[system] >= 0)
        for name, most, at, number in (
            ("systems", limits.broad_systems, single, system),
            ("domains", limits.broad_domains, single[writes], domain[system[writes]]),
        ):
            sets = _smallest(laid, laid.place[ends.first + at], number.astype(np.int64), most)
            many = np.append((sets < _NOBODY).sum(axis=1), 0)[place]
            columns[f"{prefix}{name}"] = pl.Series(many).cast(pl.Int64)
    return pl.DataFrame(columns)


def _domains(graph: Graph, estate: Estate) -> Longs:
    """By named node the number of its domain; -1 for none."""
    alone = estate["systems"].filter(pl.col("kind") == "saas", pl.col("scope").fill_null("") == "")
    tenants = graph.numbers(alone["key"])
    found = graph.nodes.scope.astype(np.int64)
    found[tenants] = len(graph.nodes.scopes) + tenants
    return found


def _words(graph: Graph, ends: Ends, single: Longs, laid: Order) -> np.ndarray:
    """Mask and, one bit per level, criticality by tier, in one word that is merged by `or`."""
    mask = ends.mask[single].astype(np.uint64)
    level = graph.nodes.criticality[ends.system[single]].astype(np.uint64)
    word = mask.copy()
    for tier, (_, classes) in enumerate(_TIERS):
        has = (mask & np.uint64(classes)) != 0
        word |= np.where(has, np.uint64(1) << (level + np.uint64(4 + 5 * tier)), np.uint64(0))
    bits = np.zeros((laid.size, 1), dtype=np.uint64)
    np.bitwise_or.at(bits[:, 0], laid.place[ends.first + single], word)
    laid.sweep(bits)
    return bits[:, 0]


def _highest(bits: np.ndarray) -> np.ndarray:
    table = np.array([value.bit_length() for value in range(32)], dtype=np.int64)
    return table[(bits & np.uint64(31)).astype(np.int64)]


def _smallest(laid: Order, place: Ints, number: Longs, most: int) -> np.ndarray:
    """Per place the `most` smallest of the numbers that it leads to: enough to count up to `most`."""
    sets = np.full((laid.size, most), _NOBODY, dtype=np.int64)
    _keep(sets, distinct(place.astype(np.int64) << 32 | number))
    for src, groups, dst in laid.depends():
        came = np.take(sets, src, axis=0)
        owner = np.repeat(dst.astype(np.int64), np.diff(np.append(groups, len(src))))
        codes = np.concatenate(
            [
                (owner[:, None] << 32 | came)[came < _NOBODY],
                (dst.astype(np.int64)[:, None] << 32 | sets[dst])[sets[dst] < _NOBODY],
            ]
        )
        _keep(sets, distinct(codes))
    return sets


def _keep(sets: np.ndarray, codes: Longs) -> None:
    owner = codes >> 32
    first, many = runs(owner)
    rank = np.arange(len(codes)) - np.repeat(first, many)
    kept = rank < sets.shape[1]
    sets[owner[kept], rank[kept]] = codes[kept] & 0xFFFFFFFF
