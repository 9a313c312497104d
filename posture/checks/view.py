"""What checks look at: the tables of the estate, with what joins and reach add to them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any, Protocol, TypeVar

import polars as pl
from msgspec import Struct, field

from posture.estate.estate import Estate
from posture.settings import Limits

SUBJECTS: Mapping[str, pl.Expr] = {
    "decisions": pl.col("subject"),
    "scans": pl.concat_str(pl.lit("surface:"), "surface"),
}
"""What names the subject in tables that have no key of their own."""


T = TypeVar("T")

AGE = "_days"
"""Ending of the age of a time, such as `rotated_days`."""


class Added(Struct, frozen=True):
    """Columns that no source gives, and the tables that they rest on.

    `make` returns a frame with `key` and the columns, one row per subject.
    """

    noun: str
    columns: tuple[str, ...]
    tables: tuple[str, ...]
    make: Callable[[View], pl.DataFrame]


class Answered(Protocol):
    """What the graph answers: `reach` is the table of that name, `nodes` has one row per key."""

    @property
    def reach(self) -> pl.DataFrame: ...

    @property
    def nodes(self) -> pl.DataFrame: ...


class View(Struct):
    """One estate as the checks see it."""

    estate: Estate
    reach: pl.DataFrame
    nodes: pl.DataFrame
    added: Mapping[str, tuple[Added, ...]] = field(default_factory=dict)
    _kept: dict[str, Any] = field(default_factory=dict)

    @property
    def limits(self) -> Limits:
        """Thresholds in force."""
        return self.estate.settings.limits

    @property
    def now(self) -> pl.Expr:
        """The moment of the estate; null where nobody knows it."""
        return self.kept("now", lambda v: pl.lit(v.estate.as_of, pl.Datetime("us", "UTC")))

    def rows(self, noun: str, names: Collection[str]) -> pl.DataFrame:
        """`key` and the columns `names` of the table `noun`, its own and added ones.

        Only what is asked for is joined: at a million rows each column that nobody reads would cost.
        """
        table = self.estate[noun]
        if noun in SUBJECTS:
            table = table.with_columns(SUBJECTS[noun].alias("key"))
        told = {name.removesuffix(AGE) for name in names if name.endswith(AGE)}
        found = table[["key", *(name for name in table.columns if name in {*names, *told} and name != "key")]]
        for one in self.added.get(noun, ()):
            wanted = [name for name in one.columns if name in names]
            if wanted:
                made = self.kept(f"{noun}:{one.columns[0]}", one.make)
                found = beside(found, made[["key", *wanted]])
        if ages := self._ages(table, names):
            found = found.with_columns(ages)
        if missing := sorted(set(names) - set(found.columns)):
            raise KeyError(f"{noun} has no column {', '.join(missing)}")
        return found

    def _ages(self, table: pl.DataFrame, names: Collection[str]) -> list[pl.Expr]:
        """Days since each time that somebody asks for as `TIME_days`: for expressions without a now."""
        exact = self.estate.as_of if not self.estate.as_of_is_bound else None
        return [
            (pl.lit(exact, pl.Datetime("us", "UTC")) - pl.col(time)).dt.total_days().alias(f"{time}{AGE}")
            for time, kind in table.schema.items()
            if isinstance(kind, pl.Datetime) and f"{time}{AGE}" in names
        ]

    def has(self, noun: str, name: str) -> bool:
        """Whether the table `noun` has the column `name`, its own or added."""
        return name in self.estate[noun].columns or any(name in a.columns for a in self.added.get(noun, ()))

    def kept(self, name: str, make: Callable[[View], T]) -> T:
        """What `make` answers, made once and kept under `name`."""
        if name not in self._kept:
            self._kept[name] = make(self)
        made: T = self._kept[name]
        return made

    def rests_on(self, noun: str, column: str) -> tuple[str, ...]:
        """Tables that `column` of `noun` is made from: its own, or those of the added column."""
        return next((one.tables for one in self.added.get(noun, ()) if column in one.columns), (noun,))

    def older(self, column: str, days: float) -> pl.Expr:
        """Whether the time in `column` lies more than `days` back.

        Where the moment of the estate is only a lower bound, an old one is certain and a young one is not.
        """
        if self.estate.as_of is None:
            return pl.lit(None, pl.Boolean)
        over = (self.now - pl.col(column)) > timedelta(days=days)
        return over | pl.lit(None, pl.Boolean) if self.estate.as_of_is_bound else over

    def past(self, column: str) -> pl.Expr:
        """Whether the time in `column` has passed, under the same rule."""
        return self.older(column, 0)

    def days(self, column: str) -> pl.Expr:
        """Whole days since the time in `column`, for sentences."""
        if self.estate.as_of is None:
            return pl.lit(None, pl.Int64)
        return (self.now - pl.col(column)).dt.total_days()


def beside(rows: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """`rows` with what `more` says of each key; null where it says nothing."""
    if rows["key"].equals(more["key"]):
        # The usual case: both were made from one table, so that nothing has to be looked up.
        return rows.hstack([more[name] for name in more.columns if name != "key"])
    return rows.join(more, on="key", how="left", maintain_order="left")
