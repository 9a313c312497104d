"""The estate: one frame per table, and the moment that counts as now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from posture.model.frames import empty
from posture.settings import DEFAULTS, Settings


class Estate(Struct, frozen=True):
    """Merged, inferred and joined tables; below assess.py `as_of` is the only now."""

    tables: Mapping[str, pl.DataFrame]
    as_of: datetime | None
    settings: Settings = DEFAULTS
    as_of_is_bound: bool = False
    """Whether `as_of` is only a lower bound: gaps by age hold, clears by age are unknown."""

    def __getitem__(self, name: str) -> pl.DataFrame:
        """The table `name`; empty where no source gave it a row."""
        found = self.tables.get(name)
        return empty(name) if found is None else found

    def having(self, **tables: pl.DataFrame) -> Estate:
        """The same estate with `tables` in place of its own."""
        return replace(self, tables={**self.tables, **tables})
