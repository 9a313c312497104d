"""Choke points: what path risk would lose without each link and node, exactly.

A link or node matters to an entry only if every best way of it to some system passes there. Such labels are
carried along while the best ways are traced: what all the first ways to a pair have in common. Only those
are tried, and only for the entries that they matter to.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from posture.graph.arrays import Index, Ints, Longs, distinct, runs
from posture.graph.build import Graph
from posture.graph.entries import Entries
from posture.graph.nodes import BITS
from posture.graph.sweep import MICRO, Risk, Ways, attaining, weights_over
from posture.graph.travel import Lanes, Net, Trace, traces
from posture.model.frames import schema
from posture.model.ways import Choke
from posture.settings import Factors

MOST_WAYS = 4_000_000
"""Ways found once more without a link or node, which takes some ten seconds; beyond that only the weightiest
links and nodes are tried."""

_CROSSED = BITS["agents"] | BITS["tools"] | BITS["identities"] | BITS["groups"]


def chokes(
    graph: Graph,
    entries: Entries,
    ways: Ways,
    factors: Factors,
    certain: bool = True,
    most_ways: int = MOST_WAYS,
    wanted: int | None = None,
) -> pl.DataFrame:
    """Every link and node without which path risk would fall, largest share first, in the schema of `chokes`.

    `ways` are the best ways of `entries`. A credential counts as origin only; systems are what is protected
    and are not listed. Where more than `most_ways` would have to be found again, the list ends above the most
    that anything untried could take, so that what it says is exact and in order. So it does where only the
    first `wanted` are asked for, as soon as it has them.
    """
    net = Net.of(graph, certain)
    label, entry, bound = _matters(net, entries, ways, Risk.of(factors))
    begin, trials = runs(label)
    most = np.add.reduceat(bound, begin) if len(begin) else bound
    by = np.lexsort((label[begin], -most))
    again = np.bincount(ways.entry, minlength=len(entries))[entry]
    again = np.add.reduceat(again, begin) if len(begin) else again
    last = int(np.count_nonzero(np.cumsum(again[by]) <= most_ways))
    weight = ways.by_entry(len(entries))
    loss = np.zeros(len(begin), dtype=np.int64)
    done, at_once = 0, last if wanted is None else 2 * wanted
    while True:
        chosen = np.zeros(len(begin), dtype=bool)
        chosen[by[done : min(done + at_once, last)]] = True
        pairs = np.repeat(chosen, trials)
        lost = weight[entry[pairs]] - _without(net, entries, factors, label[pairs], entry[pairs])
        first, _ = runs(label[pairs])
        loss[chosen] = np.add.reduceat(lost, first) if len(first) else lost
        done, at_once = min(done + at_once, last), 2 * at_once
        floor = int(most[by[done]]) if done < len(by) else 0
        tried = np.sort(by[:done])
        found = _listed(graph, entries, ways, label[begin][tried], loss[tried], floor)
        if done == last or (wanted is not None and len(found) >= wanted):
            return found


def _matters(net: Net, entries: Entries, ways: Ways, risk: Risk) -> tuple[Longs, Longs, Longs]:
    """Pairs of label and entry, sorted, and the weight of the ways that all pass the label."""
    width = len(net.graph.links) + len(net.graph.nodes.keys)
    single = (np.bincount(entries.entry, minlength=len(entries)) == 1)[ways.entry]
    none = np.empty(0, dtype=np.int64)
    passed, waiting = [none], [(none, none, none, none)]
    for chosen, trace in traces(net, entries.lanes):
        hit, way = attaining(net, entries, ways, risk, trace, chosen)
        code, times = _tally(_labels(net, _must_pass(net, trace, width), trace, hit, way, width))
        touched, hits = _tally(way)
        # An entry with several starts may have its ways in several batches: counted when all are known.
        alone = single[code // width]
        passed.append(_everywhere(code[alone], times[alone], touched, hits, width))
        waiting.append((code[~alone], times[~alone], touched, hits))
    code, times = _tally(*(np.concatenate([part[n] for part in waiting]) for n in (0, 1)))
    touched, hits = _tally(*(np.concatenate([part[n] for part in waiting]) for n in (2, 3)))
    passed.append(_everywhere(code, times, touched, hits, width))
    code = np.concatenate(passed)
    way, label = code // width, code % width
    listed = _listable(net.graph)[label]
    way, label = way[listed], label[listed]
    pair, bound = _tally(label * len(entries) + ways.entry[way], ways.weight[way])
    return pair // max(len(entries), 1), pair % max(len(entries), 1), bound


def _listable(graph: Graph) -> np.ndarray:
    crossed = (graph.nodes.kinds & _CROSSED) != 0
    return np.concatenate([np.ones(len(graph.links), dtype=bool), crossed])


def _tally(codes: Longs, times: Longs | None = None) -> tuple[Longs, Longs]:
    """Each code once, sorted, and how often it came, or the sum of `times`."""
    by = np.argsort(codes, kind="stable")
    first, many = runs(codes[by])
    if times is not None and len(first):
        many = np.add.reduceat(times[by], first)
    return codes[by][first], many


def _everywhere(code: Longs, times: Longs, touched: Longs, hits: Longs, width: int) -> Longs:
    """Codes of way and label where every best hit of the way passes the label."""
    if len(code) == 0:
        return code
    needed: Longs = hits[np.searchsorted(touched, code // width)]
    always: Longs = code[times == needed]
    return always


def _with_links(net: Net, codes: Longs, row: Ints, width: int) -> Longs:
    """`codes` of thing and label, with the link of each thing and the node at which that begins."""
    parts = [codes]
    for label in (row, net.owner(row)):
        there = np.flatnonzero(label >= 0)
        parts.append(there * width + label[there])
    return distinct(np.concatenate(parts))


def _labels(net: Net, sets: _Sets, trace: Trace, hit: Longs, way: Longs, width: int) -> Longs:
    """Codes of way and label, one for each pair of `hit` and `way` and each label that the hit must pass."""
    owner, label = sets.of(trace.hit_pair[hit])
    code = _with_links(net, owner * width + label, net.acts.row[trace.hit_act[hit]], width)
    return way[code // width] * width + code % width


class _Sets(Struct, frozen=True):
    """A set of labels per pair: those of pair i are `labels[ptr[i]:ptr[i + 1]]`."""

    ptr: Longs
    labels: Longs

    def of(self, pairs: Longs) -> tuple[Longs, Longs]:
        """Every label of every one of `pairs`: its place in `pairs`, and the label."""
        owner, at = Index(self.ptr, np.arange(len(self.labels))).rows(pairs)
        return owner, self.labels[at]


def _must_pass(net: Net, trace: Trace, width: int) -> _Sets:
    """For each pair of the trace, what every first way to it passes: links by row, nodes by name.

    A first way comes from pairs that were reached in earlier steps; any other way to the pair that takes as
    few transitions leads through the pair itself.
    """
    own = net.label(trace.node).astype(np.int64)
    begin = int(trace.step[1])
    sets = _Sets(np.arange(begin + 1), own[:begin])
    by = np.argsort(trace.came_to, kind="stable")
    came_to, came_pair, link = trace.came_to[by], trace.came_pair[by], net.walk.row[trace.came_edge[by]]
    for first, last in zip(trace.step[1:-1].tolist(), trace.step[2:].tolist(), strict=True):
        low, high = np.searchsorted(came_to, (first, last))
        owner, label = sets.of(came_pair[low:high])
        edge = _with_links(net, owner * width + label, link[low:high], width)
        to = came_to[low:high] - first
        code, times = _tally(to[edge // width] * width + edge % width)
        common = code[times == np.bincount(to, minlength=last - first)[code // width]]
        common = distinct(np.concatenate([common, np.arange(last - first) * width + own[first:last]]))
        sizes = np.bincount(common // width, minlength=last - first)
        sets = _Sets(
            np.concatenate([sets.ptr, sets.ptr[-1] + np.cumsum(sizes)]),
            np.concatenate([sets.labels, common % width]),
        )
    return sets


def _without(net: Net, entries: Entries, factors: Factors, label: Longs, entry: Longs) -> Longs:
    """Per pair of label and entry: what the entry weighs when it must not pass the label."""
    by = np.argsort(entries.entry, kind="stable")
    ptr = np.concatenate([[0], np.cumsum(np.bincount(entries.entry, minlength=len(entries)))])
    trial, start = Index(ptr, by).rows(entry)
    lane, ban = entries.lane[start].astype(np.int64), label[trial]
    gone = net.label(entries.lanes.start[lane]) == ban
    trial, start, lane, ban = trial[~gone], start[~gone], lane[~gone], ban[~gone]
    width = len(net.graph.links) + len(net.graph.nodes.keys)
    codes = distinct(lane * width + ban)
    real = codes // width
    again = replace(
        entries,
        route=entries.route.gather(entry),
        origin=entries.origin.gather(entry),
        likelihood=entries.likelihood[entry],
        entry=trial.astype(np.int32),
        lane=np.searchsorted(codes, lane * width + ban).astype(np.int32),
        spent=entries.spent[start],
        control=entries.control[start],
        lanes=Lanes(entries.lanes.start[real], entries.lanes.agents[real], (codes % width).astype(np.int32)),
    )
    return weights_over(net, again, factors)


def _listed(
    graph: Graph, entries: Entries, ways: Ways, label: Longs, loss: Longs, floor: int
) -> pl.DataFrame:
    keys, links = graph.nodes.keys, len(graph.links)
    row, node = label[label < links], label[label >= links] - links
    origins = pl.DataFrame({"key": entries.origin, "loss": ways.by_entry(len(entries))})
    at = graph.numbers(entries.origin)
    is_key = (np.append(graph.nodes.kinds, 0)[at] & BITS["credentials"]) != 0
    ends = graph.links.select("from", "to")[row]
    found = pl.concat(
        [
            pl.DataFrame(
                {"key": ends["from"] + " -> " + ends["to"], "loss": loss[label < links]}
            ).with_columns(kind=pl.lit("link")),
            pl.DataFrame({"key": keys.gather(node), "loss": loss[label >= links]}).with_columns(
                kind=pl.lit("node")
            ),
            origins.filter(pl.Series(is_key)).with_columns(kind=pl.lit("node")),
        ]
    )
    lost = (
        pl.when(pl.col("kind").first() == "node").then(pl.col("loss").sum()).otherwise(pl.col("loss").max())
    )
    found = (
        found.group_by("key", "kind")
        .agg(lost)
        .filter((pl.col("loss") > 0) & (pl.col("loss") >= floor))
        .sort(["loss", "kind", "key"], descending=[True, False, False])
    )
    # Polars divides by a constant as it multiplies by its inverse, which is off in the last digit.
    loss = found["loss"].to_numpy()
    return pl.DataFrame(
        {
            "key": found["key"],
            "name": [""] * len(found),
            "kind": found["kind"],
            "share": loss / max(ways.risk, 1),
            "risk": loss / MICRO,
        },
        schema=schema(Choke),
    )
