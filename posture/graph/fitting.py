"""Links with numbers for their ends; those that do not fit the table of kinds are reported, not walked."""

from __future__ import annotations

import numpy as np
import polars as pl
from msgspec import Struct

from posture.graph.arrays import Bools, Bytes, Ints
from posture.graph.nodes import BITS, Nodes
from posture.model.classes import EVERYTHING, closed
from posture.model.frames import empty, frame
from posture.model.links import KINDS

CODES = {kind: code for code, kind in enumerate(KINDS)}
CLOSED = np.array([closed(mask) for mask in range(32)], dtype=np.uint8)


class Fitting(Struct, frozen=True):
    """The links that fit, in the order of the table."""

    rows: Ints
    """Row of the links table."""
    kind: Bytes
    src: Ints
    dst: Ints
    certain: Bools
    mask: Bytes
    """Classes with what admin implies; everything where they are not known."""
    known: Bools
    """Whether the link says its classes."""
    ambient: Bools

    def of(self, *kinds: str) -> np.ndarray:
        """Positions of the links of these kinds."""
        return np.flatnonzero(np.isin(self.kind, [CODES[kind] for kind in kinds]))


def fit(links: pl.DataFrame, nodes: Nodes) -> tuple[Fitting, pl.DataFrame]:
    """The usable links, and one coverage row for every reason why others were refused."""
    kind = links["kind"].replace_strict(CODES, default=255, return_dtype=pl.UInt8).to_numpy()
    src, dst = nodes.numbers(links["from"]), nodes.numbers(links["to"])
    allowed = np.zeros((256, 2), dtype=np.uint8)
    for name, code in CODES.items():
        allowed[code] = [sum(BITS[t] for t in KINDS[name].from_), sum(BITS[t] for t in KINDS[name].to)]
    kinds = np.append(nodes.kinds, 0)  # number -1, a node that is in no table, is nothing
    good = (kinds[src] & allowed[kind, 0] != 0) & (kinds[dst] & allowed[kind, 1] != 0)
    rows = np.flatnonzero(good).astype(np.int32)
    classes = links["classes"].gather(rows)
    mask = classes.fill_null(int(EVERYTHING)).cast(pl.Int64).to_numpy() & 31
    fitting = Fitting(
        rows=rows,
        kind=kind[rows],
        src=src[rows],
        dst=dst[rows],
        certain=links["certain"].gather(rows).fill_null(False).to_numpy(),
        mask=CLOSED[mask],
        known=classes.is_not_null().to_numpy(),
        ambient=links["ambient"].gather(rows).fill_null(False).to_numpy(),
    )
    return fitting, _refused(links.filter(~pl.Series(good)))


def _refused(links: pl.DataFrame) -> pl.DataFrame:
    if links.is_empty():
        return empty("coverage")
    grouped = (
        links.group_by("kind", "source")
        .agg(pl.len().alias("many"), pl.col("from").min(), pl.col("to").sort_by("from", "to").first())
        .sort("kind", "source")
    )
    return frame(
        "coverage",
        [
            {
                "scope": "",
                "table": "links",
                "state": "partial",
                "source": row["source"],
                "why": f"{row['many']} link(s) of kind {row['kind']} do not fit their ends and are not "
                f"walked, such as {row['from']} -> {row['to']}",
                "would_help": _expected(row["kind"]),
            }
            for row in grouped.iter_rows(named=True)
        ],
    )


def _expected(kind: str) -> str:
    known = KINDS.get(kind)
    if known is None:
        return f"use one of the kinds {', '.join(KINDS)}"
    return f"list both ends: from {' or '.join(known.from_)}, to {' or '.join(known.to)}"
