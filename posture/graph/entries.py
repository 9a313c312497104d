"""Where attacks begin: a route, an origin, how likely it is, and the nodes that it starts at."""

from __future__ import annotations

import numpy as np
import polars as pl
from msgspec import Struct

from posture.graph.arrays import Index, Ints, distinct, index
from posture.graph.build import Graph
from posture.graph.travel import Lanes
from posture.model.links import KINDS

_AGENT_ROUTES = KINDS["uses-tool"].routes
COLUMNS: dict[str, pl.DataType] = {
    "route": pl.String(),
    "origin": pl.String(),
    "likelihood": pl.Float64(),
    "start": pl.String(),
    "spent": pl.Int64(),
    "read": pl.Float64(),
    "write": pl.Float64(),
    "strong": pl.Float64(),
}
"""Columns of the frame that `of` takes. Rows with one route and origin are one entry with several starts.

`start` is a node, the origin where it is null; `spent` the transitions already walked there (0 where null).
`read`, `write` and `strong` (destructive, admin, external) are what a control on that way leaves of each
class: 1 where null.
"""


class Entries(Struct, frozen=True):
    """Entries in the order of route and origin, and their starts row by row."""

    route: pl.Series
    origin: pl.Series
    likelihood: np.ndarray
    entry: Ints
    """Per start: its entry."""
    lane: Ints
    """Per start: its lane, shared with every start at the same node under the same rules."""
    spent: Ints
    control: np.ndarray
    """Per start and class."""
    lanes: Lanes

    @classmethod
    def of(cls, graph: Graph, rows: pl.DataFrame) -> Entries:
        """Entries from `rows`; ValueError names a start that the graph does not have."""
        ruled = {"start": pl.col("origin"), "spent": 0, "read": 1.0, "write": 1.0, "strong": 1.0}
        given = [
            pl.col(name).cast(dtype) if name in rows.columns else pl.lit(None, dtype).alias(name)
            for name, dtype in COLUMNS.items()
        ]
        rows = rows.select(given)
        rows = rows.with_columns(pl.col(name).fill_null(usual) for name, usual in ruled.items())
        rows = rows.sort("route", "origin", "start", "spent", "read", "write", "strong")
        start = graph.numbers(rows["start"])
        if (start < 0).any():
            raise ValueError(f"no node {rows['start'].gather(int(np.argmin(start)))[0]} to start from")
        entry = rows.select(pl.struct("route", "origin").rle_id())["route"].to_numpy()
        agents = rows["route"].is_in(_AGENT_ROUTES).to_numpy()
        code = start.astype(np.int64) * 2 + agents
        codes = distinct(code)
        heads = rows.unique(["route", "origin"], keep="first", maintain_order=True)
        read, write, strong = (rows[name].to_numpy() for name in ("read", "write", "strong"))
        return cls(
            route=heads["route"],
            origin=heads["origin"],
            likelihood=heads["likelihood"].to_numpy(),
            entry=entry.astype(np.int32),
            lane=np.searchsorted(codes, code).astype(np.int32),
            spent=rows["spent"].to_numpy().astype(np.int32),
            control=np.stack([read, write, strong, strong, strong], axis=1),
            lanes=Lanes(
                (codes // 2).astype(np.int32), codes % 2 == 1, np.full(len(codes), -1, dtype=np.int32)
            ),
        )

    def __len__(self) -> int:
        return len(self.origin)

    def by_lane(self) -> Index:
        """Starts of each lane."""
        return index(self.lane, len(self.lanes.start))
