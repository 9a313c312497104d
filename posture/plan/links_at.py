"""The links at the ends that actions change, looked up some ends at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import numpy as np
import polars as pl

from posture.graph.arrays import Index, Longs, distinct, index

WALKED = ("uses-tool", "holds", "authenticates", "runs-as", "may-become", "lets-into", "may-act", "opens",
          "calls", "delegates", "member-of")  # fmt: skip
_OPENS = ("authenticates", "runs-as")

Link = Mapping[str, object]


class LinksAt:
    """Links by both ends. Rows are only made of those at the ends last attended to: all at once take a
    gigabyte for every million links.
    """

    def __init__(self, links: pl.DataFrame) -> None:
        self._links = (
            links.with_row_index("row")
            .select(
                pl.col("row").cast(pl.Int64),
                "kind",
                "from",
                "to",
                "classes",
                "because",
                "method",
                "ambient",
                "breadth",
            )
            .filter(pl.col("kind").is_in(WALKED))
        )
        ends = pl.concat([self._links["from"], self._links["to"]]).rename("key")
        self._keys = ends.unique().to_frame().with_row_index("n")
        number = ends.to_frame().join(self._keys, on="key", how="left", maintain_order="left")["n"].to_numpy()
        start, self._end = number[: len(self._links)], number[len(self._links) :]
        self._index: dict[str, Index] = {
            "from": index(start, len(self._keys)),
            "to": index(self._end, len(self._keys)),
        }
        self._opens = self._links["kind"].is_in(_OPENS).to_numpy()
        self._by: dict[str, dict[str, list[Link]]] = {"from": {}, "to": {}}

    def numbers(self, keys: Collection[str]) -> dict[str, int]:
        """Those of `keys` at which a link begins or ends, with what `attend` knows them by."""
        asked = pl.DataFrame({"key": sorted(keys)}, schema={"key": pl.String})
        return dict(asked.join(self._keys, on="key").iter_rows())

    def attend(self, numbers: Collection[int]) -> None:
        """Look up the links from and to some ends and to what these authenticate or run as, all at once."""
        begun = np.array(sorted(numbers), dtype=np.int64)
        leaving = self._index["from"].rows(begun)[1]
        ends = distinct(np.concatenate([begun, self._end[leaving[self._opens[leaving]]].astype(np.int64)]))
        for end, by in self._index.items():
            found: dict[str, list[Link]] = {}
            rows: Longs = np.sort(by.rows(ends)[1])
            for row in self._links[rows].iter_rows(named=True):
                found.setdefault(row[end], []).append(row)
            self._by[end] = found

    def at(self, end: str, key: str, *kinds: str) -> Iterator[Link]:
        """Links at `key` of one of `kinds`, in the order of the table."""
        return (link for link in self._by[end].get(key, ()) if link["kind"] in kinds)
