"""Reach as text: paths with their evidence, drawn hop by hop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

from posture.estate.estate import Estate
from posture.graph.ask import Paths, paths, who_reaches
from posture.graph.build import Graph
from posture.graph.hops import Way
from posture.graph.reach import reach_of
from posture.model.classes import strongest, words
from posture.model.errors import UsageError
from posture.model.keys import short
from posture.model.text import plain
from posture.reports.pages.words import count
from posture.reports.reached import Reached, by_origin

_DRAWN = 12
"""Systems whose ways are drawn; further ones are listed."""


def between(graph: Graph, start: str, end: str) -> list[str]:
    """The shortest ways from `start` to `end`, each hop with what it was read from."""
    found = _paths(graph, start, end)
    if not found.ways:
        return [f"{plain(start)} does not reach {plain(end)} in what was read."]
    lines: list[str] = []
    own = _reached(graph, start).filter(pl.col("system") == end)
    for certain, possible in own.select("certain", "possible").iter_rows():
        lines += [f"{plain(start)} reaches {plain(end)}: {_may(certain, possible)}", ""]
    for way in found.ways:
        lines.extend([*_way(way), ""])
    if found.others:
        lines.append(f"{'at least ' if found.more else ''}{count(found.others, 'other way')}")
    return lines


def outward(graph: Graph, estate: Estate, start: str) -> list[str]:
    """Every system that `start` reaches, worst first, the worst ones with a way."""
    rows = _reached(graph, start)
    if rows.is_empty():
        return [f"{plain(start)} reaches no system in what was read."]
    known = _criticality(estate)
    ranked = sorted(
        rows.iter_rows(named=True),
        key=lambda row: (-known.get(row["system"], 0), -row["certain"], -row["possible"], row["system"]),
    )
    lines = [f"{plain(start)} reaches {_counted(rows, estate)[start].all_words}", ""]
    for row in ranked[:_DRAWN]:
        lines.append(f"{plain(row['system'])}  {_may(row['certain'], row['possible'])}")
        ways = _paths(graph, start, row["system"]).ways
        lines.extend(f"  {line}" for line in (_way(ways[0]) if ways else ()))
    rest = ranked[_DRAWN:]
    if rest:
        lines.append("")
    lines.extend(f"{plain(row['system'])}  {_may(row['certain'], row['possible'])}" for row in rest)
    return lines


def inward(graph: Graph, end: str) -> list[str]:
    """Everybody who comes to act on `end` and what they may do there, the worst that is certain first."""
    found = who_reaches(graph, end).sort("certain", "possible", "key", descending=[True, True, False])
    if found.is_empty():
        return [f"Nobody reaches {plain(end)} in what was read."]
    sure = int((found["certain"] != 0).sum())
    lines = [f"{len(found)} reach {plain(end)}, {sure} of them for certain", ""]
    lines.extend(f"{plain(key)}  {_may(certain, possible)}" for key, certain, possible in found.iter_rows())
    return lines


def agents(graph: Graph, estate: Estate) -> list[str]:
    """One line per agent, the one that certainly reaches most first."""
    rows = reach_of(graph).rows
    reached, known = _counted(rows, estate), _criticality(estate)
    worst: dict[str, int] = {}
    for origin, system in rows.select("origin", "system").iter_rows():
        worst[origin] = max(worst.get(origin, 0), known.get(system, 0))
    ranked = sorted(estate["agents"]["key"], key=lambda key: (-reached[key].sure, -reached[key].maybe, key))
    lines = [
        f"{plain(key)}  {reached[key].all_words}"
        + (f", highest criticality {worst[key] or '?'}" if key in worst else "")
        for key in ranked
    ]
    return lines or ["No agent was found in what was read."]


def _counted(rows: pl.DataFrame, estate: Estate) -> Mapping[str, Reached]:
    return by_origin({"reach": rows.lazy(), "systems": estate["systems"].lazy()})


def _reached(graph: Graph, start: str) -> pl.DataFrame:
    """What `start` may do at each system that it comes to."""
    number = graph.numbers([start])
    return reach_of(graph, number[number >= 0].astype(np.int32)).rows


def _may(certain: int, possible: int) -> str:
    """What is certain in words, and the worst of what more is possible."""
    sure = words(certain) if certain else "nothing for certain"
    return sure if possible == certain else f"{sure}; possibly {strongest(possible & ~certain)}"


def _paths(graph: Graph, start: str, end: str) -> Paths:
    try:
        return paths(graph, start, end)
    except KeyError as error:
        raise UsageError(f"{error.args[0]}: has no links in what was read") from None


def _way(way: Way) -> Iterable[str]:
    lines = [plain(way.crosses[0], 100)]
    for depth, hop in enumerate(way.hops):
        arrow = "──" if hop.certain else "╌╌"
        indent = "   " * depth
        lines.append(f"{indent} └{arrow} {hop.kind} {arrow} {plain(short(hop.to), 100)}")
        if hop.because:
            lines.append(f"{indent}      because {plain(hop.because)}")
        if hop.depends_on:
            lines.append(f"{indent}      depends on {plain(hop.depends_on)}")
        if hop.file:
            lines.append(f"{indent}      {plain(hop.file)}{'#' if hop.at else ''}{plain(hop.at)}")
    return lines


def _criticality(estate: Estate) -> Mapping[str, int]:
    rows = estate["systems"].select("key", pl.col("criticality").fill_null(0))
    return dict(rows.iter_rows())
