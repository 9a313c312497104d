"""How much each agent reaches: systems by name and patterns for certain, and what it possibly reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import polars as pl
from msgspec import Struct

from posture.model import figures


class Reached(Struct, frozen=True):
    """For certain: `named` and `patterns`; `maybe` if a condition holds."""

    named: int = 0
    patterns: int = 0
    maybe: int = 0

    @property
    def sure(self) -> int:
        """Everything that is reached for certain."""
        return self.named + self.patterns

    @property
    def words(self) -> str:
        """What is certain, in the words that every page and screen uses."""
        return figures.reached(self.named, self.patterns)

    @property
    def all_words(self) -> str:
        """The same, and how much more is possible."""
        return self.words + (f", {self.maybe:,} more possibly" if self.maybe else "")


def by_origin(tables: Mapping[str, pl.LazyFrame]) -> Mapping[str, Reached]:
    """By whose reach it is, of the tables `reach` and `systems`; whoever reaches nothing has zeros."""
    rows = every(tables).select("origin", "named", "patterns", "maybe").collect().iter_rows()
    return defaultdict(Reached, {row[0]: Reached(*row[1:]) for row in rows})


def every(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """One row per `origin` that reaches anything: `named`, `patterns` and `maybe`."""
    patterns = tables["systems"].filter("pattern").select("key", named=pl.lit(False))
    sure = pl.col("certain") != 0
    return (
        tables["reach"]
        .join(patterns, left_on="system", right_on="key", how="left")
        .with_columns(pl.col("named").fill_null(True))
        .group_by("origin")
        .agg(
            (sure & pl.col("named")).sum().alias("named"),
            (sure & ~pl.col("named")).sum().alias("patterns"),
            (~sure).sum().alias("maybe"),
        )
    )
