"""What checks look at: the tables of the estate, with what joins and reach add to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl

from posture.estate.estate import Estate
from posture.settings import Limits


@dataclass(frozen=True, slots=True)
class Added:
    """A column that is not a source's, and the tables that it rests on.

    `make` returns a frame with `key` and the column; a subject that it leaves out gets `otherwise`.
    """

    noun: str
    column: str
    tables: tuple[str, ...]
    make: Callable[[View], pl.DataFrame]
    otherwise: bool | int | str | None = None


@dataclass(slots=True)
class View:
    """One estate as the checks see it. `reach` and `nodes` are what the graph answered.

    `reach` is the table of that name; `nodes` has one row per key with certain and possible reach.
    """

    estate: Estate
    reach: pl.DataFrame
    nodes: pl.DataFrame
    added: Mapping[str, tuple[Added, ...]] = field(default_factory=dict)
    _made: dict[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def limits(self) -> Limits:
        """Thresholds in force."""
        return self.estate.settings.limits

    def __getitem__(self, noun: str) -> pl.DataFrame:
        """The table `noun` with every added column, made once."""
        if noun not in self._made:
            rows = self.estate[noun]
            for column in self.added.get(noun, ()):
                rows = _with(rows, column, column.make(self))
            self._made[noun] = rows
        return self._made[noun]

    def rests_on(self, noun: str, column: str) -> tuple[str, ...]:
        """Tables that `column` of `noun` is made from: its own, or those of the added column."""
        return next((one.tables for one in self.added.get(noun, ()) if one.column == column), (noun,))

    def older(self, column: str, days: float) -> pl.Expr:
        """Whether the time in `column` lies more than `days` back.

        Where the moment of the estate is only a lower bound, an old one is certain and a young one is not.
        """
        if self.estate.as_of is None:
            return pl.lit(None, pl.Boolean)
        over = (pl.lit(self.estate.as_of) - pl.col(column)) > timedelta(days=days)
        return over | pl.lit(None, pl.Boolean) if self.estate.as_of_is_bound else over

    def past(self, column: str) -> pl.Expr:
        """Whether the time in `column` has passed, under the same rule."""
        return self.older(column, 0)

    def days(self, column: str) -> pl.Expr:
        """Whole days since the time in `column`, for sentences."""
        if self.estate.as_of is None:
            return pl.lit(None, pl.Int64)
        return (pl.lit(self.estate.as_of) - pl.col(column)).dt.total_days()


def _with(rows: pl.DataFrame, column: Added, made: pl.DataFrame) -> pl.DataFrame:
    joined = rows.join(made.select("key", column.column), on="key", how="left", maintain_order="left")
    if column.otherwise is None:
        return joined
    # A subject that the join left out has none of them; one that it named with null stays unknown.
    left_out = ~pl.col("key").is_in(made["key"].implode())
    filled = pl.when(left_out).then(pl.lit(column.otherwise)).otherwise(pl.col(column.column))
    return joined.with_columns(filled.alias(column.column))
