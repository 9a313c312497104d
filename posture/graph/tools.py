"""What an agent does through a tool: the tool's effect, cut with what its identity may do.

A tool that runs code has its own credential in hand, and nothing is cut. One that only reads secrets or mints
tokens acts as far as its effects go, but what it obtains is free of the cut. Any other tool is followed by
shadows of its credentials and identities, which act within the mask and become nobody else. Where nobody says
whether a tool obtains, it may: its own links are walked as uncertain, beside the cut that is certain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import polars as pl
from msgspec import Struct

from posture.graph.arrays import Bools, Bytes, Ints, Longs, among, distinct, index
from posture.graph.edges import Acts, Walk
from posture.graph.fitting import CLOSED, Fitting
from posture.graph.nodes import Nodes
from posture.model.classes import EVERYTHING


class Tools(Struct, frozen=True):
    """Facts of tools by node number; what is no tool has none."""

    effects: Bytes
    effects_known: Bools
    whole: Bools
    """Certainly has its own credential in hand."""
    maybe_whole: Bools
    obtains: Bytes
    """Whether it hands out what it reads: 0 no, 1 perhaps, 2 yes."""
    parent: Ints


class Cuts(Struct, frozen=True):
    """Where a cut begins: from a tool to the shadow of a node."""

    src: Ints
    code: Longs
    """Node times 64, mask times 2, and 1 where what is read is obtained."""
    certain: Bools
    row: Ints


def facts(tools: pl.DataFrame, nodes: Nodes) -> Tools:
    """The columns of `tools` that the rule needs."""
    at = nodes.numbers(tools["key"])
    obtains, runs = tools["obtains"], tools["runs_code"]
    yes = (obtains.eq(True) | runs.eq(True)).fill_null(False)
    no = (obtains.eq(False) & runs.eq(True).fill_null(False).not_()).fill_null(False)
    whole = yes & runs.ne_missing(pl.Series([False]))
    mask = tools["effects"].fill_null(int(EVERYTHING)).cast(pl.Int64).to_numpy() & 31

    def spread(values: np.ndarray, dtype: type[np.generic], rest: int = 0) -> np.ndarray:
        found = np.full(len(nodes.keys), rest, dtype=dtype)
        found[at] = values
        return found

    return Tools(
        effects=spread(CLOSED[mask], np.uint8),
        effects_known=spread(tools["effects"].is_not_null().to_numpy(), np.bool_),
        whole=spread(whole.to_numpy(), np.bool_),
        maybe_whole=spread((whole | ~(yes | no)).to_numpy(), np.bool_),
        obtains=spread(np.where(yes, 2, np.where(no, 0, 1)), np.uint8),
        parent=spread(nodes.numbers(tools["parent"]), np.int32, -1),
    )


def through(links: Fitting, tools: Tools, of: np.ndarray) -> tuple[Walk, Acts, Cuts]:
    """What the links numbered `of`, which start at tools, become under the rule.

    An operation stands on what its server holds: the server's links count as its own.
    """
    src, link = _with_servers(links, tools, of)
    call = np.isin(links.kind[link], links.kind[links.of("calls")])
    walk, cuts = _identities(links, tools, src[~call], link[~call])
    return walk, _calls(links, tools, src[call], link[call]), cuts


def _with_servers(links: Fitting, tools: Tools, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    operations = np.flatnonzero(tools.parent >= 0)
    servers = index(links.src[of], len(tools.parent))
    owner, row = servers.rows(tools.parent[operations])
    return np.concatenate([links.src[of], operations[owner]]), np.concatenate([of, of[row]])


def _identities(links: Fitting, tools: Tools, src: np.ndarray, link: np.ndarray) -> tuple[Walk, Cuts]:
    dst, certain, row = links.dst[link], links.certain[link], links.rows[link]
    lies_about = links.ambient[link]
    whole = np.where(lies_about, tools.obtains[src] == 2, tools.whole[src])
    walked = np.where(lies_about, tools.obtains[src] >= 1, tools.maybe_whole[src])
    walk = Walk.of(src, dst, certain & whole, row, agents_only=True).where(walked)
    known = tools.effects_known[src]
    cut = ~whole & ~lies_about & (known | ~walked)
    hands_out = tools.obtains[src] == 2
    code = dst.astype(np.int64) * 64 + tools.effects[src] * 2 + hands_out
    # Effects that nobody lists are all possible and none certain; what is obtained is certain all the same.
    bare = cut & ~known & hands_out
    chosen = np.concatenate([np.flatnonzero(cut), np.flatnonzero(bare)])
    code = np.concatenate([code[cut], dst[bare].astype(np.int64) * 64 + 1])
    sure = np.concatenate([(certain & known)[cut], certain[bare]])
    return walk, Cuts(src[chosen].astype(np.int32), code, sure, row[chosen])


def _calls(links: Fitting, tools: Tools, src: np.ndarray, link: np.ndarray) -> Acts:
    said, known, whole = links.known[link], tools.effects_known[src], tools.whole[src]
    mask, effects = links.mask[link], tools.effects[src]
    cut = np.where(said & ~(known & ~whole), mask, np.where(said, mask & effects, effects)).astype(np.uint8)
    acts = Acts.of(
        src,
        links.dst[link],
        cut,
        links.certain[link] & (said | known),
        links.rows[link],
        obtains=tools.obtains[src],
    )
    perhaps = said & known & ~whole & tools.maybe_whole[src]
    return Acts.together([acts, _uncertain(acts, mask, perhaps)])


def _uncertain(acts: Acts, mask: np.ndarray, chosen: np.ndarray) -> Acts:
    return Acts.of(
        acts.src[chosen], acts.dst[chosen], mask[chosen], False, acts.row[chosen],
        obtains=acts.obtains[chosen],
    )  # fmt: skip


def shadows(cuts: Cuts, walk: Walk, acts: Acts, size: int) -> tuple[Walk, Acts, Ints]:
    """The cuts with everything behind them; new nodes are numbered from `size`, the third answer names them.

    `walk` and `acts` are complete apart from the cuts: a shadow repeats those of its node within its mask.
    """
    outgoing = index(walk.src, size)
    codes = distinct(cuts.code)
    frontier = codes
    while len(frontier):
        owner, edge = outgoing.rows(frontier // 64)
        same = walk.passes[edge]
        onward = distinct(walk.dst[edge[same]].astype(np.int64) * 64 + frontier[owner[same]] % 64)
        frontier = onward[~among(onward, codes)]
        codes = distinct(np.concatenate([codes, frontier]))
    numbers = np.arange(size, size + len(codes), dtype=np.int32)

    def shadow(code: Longs) -> Longs:
        return size + np.searchsorted(codes, code)

    begin = Walk.of(cuts.src, shadow(cuts.code), cuts.certain, cuts.row, agents_only=True)
    copies = [begin, *_walks(walk, outgoing.rows(codes // 64), codes, numbers, shadow)]
    owner, act = index(acts.src, size).rows(codes // 64)
    mask = acts.mask[act] & (codes[owner] % 64 // 2).astype(np.uint8)
    cut_acts = Acts.of(
        numbers[owner], acts.dst[act], mask, acts.certain[act], acts.row[act],
        obtains=np.where(codes[owner] % 2 == 1, acts.obtains[act], 0),
    )  # fmt: skip
    return Walk.together(copies), cut_acts.where(mask != 0), (codes // 64).astype(np.int32)


def _walks(
    walk: Walk,
    rows: tuple[Longs, Longs],
    codes: Longs,
    numbers: Ints,
    shadow: Callable[[Longs], Longs],
) -> Iterator[Walk]:
    owner, edge = rows
    same = walk.passes[edge]
    free = ~same & (codes[owner] % 2 == 1)
    for chosen, dst in (
        (same, shadow(walk.dst[edge[same]].astype(np.int64) * 64 + codes[owner[same]] % 64)),
        (free, walk.dst[edge[free]]),
    ):
        of = edge[chosen]
        yield Walk.of(
            numbers[owner[chosen]], dst, walk.certain[of], walk.row[of],
            cost=walk.cost[of], passes=walk.passes[of], agents_only=walk.agents_only[of],
        )  # fmt: skip
