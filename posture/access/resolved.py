"""What resolving access gives: links with their evidence, and the nodes that those links need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
from msgspec import Struct, field

from posture.model.frames import empty, frame

_PACKED = 20_000
"""Links kept as rows at most: packed they take a fifth of the memory."""


class Links:
    """Links as they are found, packed every so many."""

    def __init__(self) -> None:
        self._rows: list[dict[str, Any]] = []
        self._parts: list[pl.DataFrame] = []

    def append(self, row: dict[str, Any]) -> None:
        """One row of the table `links`."""
        self._rows.append(row)
        if len(self._rows) >= _PACKED:
            self._pack()

    def extend(self, rows: Iterable[dict[str, Any]]) -> None:
        """Several rows, in order."""
        for row in rows:
            self.append(row)

    def _pack(self) -> None:
        self._parts.append(frame("links", self._rows))
        self._rows = []

    def frame(self) -> pl.DataFrame:
        """Each link once, in the order in which they were found."""
        self._pack()
        found = pl.concat(self._parts)
        self._parts = [found]
        told = [column.name for column in found if column.null_count() < found.height]
        return found.unique(told or None, keep="first", maintain_order=True)


class Resolved(Struct, frozen=True):
    """Rows to add to the estate, each frame in the schema of its table.

    `links` holds `may-act` (identity to system, or to the pattern of a kind of system in a scope, with
    classes), `may-become` (identity to identity or to a pattern of identities) and `contains` (a pattern to
    its known members). An administrator gets one `may-act` with class admin to the scope's control plane,
    and nothing else inside that scope. `because` names policy and statement, `method` an escalation,
    `depends_on` what an uncertain link waits for.

    `systems` and `identities` hold patterns, control planes and outside principals that no source listed.
    `coverage` names layers that are present but could not be evaluated; `assumptions` layers that the
    input does not hold at all.
    """

    links: pl.DataFrame = field(default_factory=lambda: empty("links"))
    systems: pl.DataFrame = field(default_factory=lambda: empty("systems"))
    identities: pl.DataFrame = field(default_factory=lambda: empty("identities"))
    coverage: pl.DataFrame = field(default_factory=lambda: empty("coverage"))
    assumptions: tuple[str, ...] = ()
    decided: tuple[tuple[str, str, str], ...] = ()
    """Links of sources (kind, from, to) that policies settled: those in `links` hold in their place."""


def together(parts: Sequence[Resolved]) -> Resolved:
    """What several providers gave, as one; a node that two of them name is given once."""
    return Resolved(
        pl.concat([part.links for part in parts]),
        pl.concat([part.systems for part in parts]).unique("key", keep="first", maintain_order=True),
        pl.concat([part.identities for part in parts]).unique("key", keep="first", maintain_order=True),
        pl.concat([part.coverage for part in parts]),
        tuple(dict.fromkeys(sentence for part in parts for sentence in part.assumptions)),
        tuple(one for part in parts for one in part.decided),
    )
