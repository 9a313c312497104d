"""One assessment: a small overview, and tables that are read when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from posture.model.overview import Overview

if TYPE_CHECKING:
    import polars as pl


class Assessment(Struct, frozen=True):
    """`tables` maps each name of model.TABLES and model.RESULTS to a lazy frame.

    A saved run has the same shape with scans of its Parquet files, so a screen that asks for ten rows
    never loads a million.
    """

    overview: Overview
    tables: Mapping[str, pl.LazyFrame]

    def frame(self, name: str) -> pl.DataFrame:
        """The whole table `name` in memory."""
        return self.tables[name].collect()
