"""Tables as Polars frames, made from the one declaration of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import polars as pl

from posture.model.columns import Record, columns
from posture.model.results import RESULTS
from posture.model.tables import TABLES

TIME = pl.Datetime("us", "UTC")
_DTYPES: Mapping[str, pl.DataType] = {
    "str": pl.String(),
    "int": pl.Int64(),
    "float": pl.Float64(),
    "bool": pl.Boolean(),
    "time": TIME,
}


@cache
def schema(table: type[Record]) -> pl.Schema:
    """Column names and Polars types of `table`."""
    return pl.Schema({column.name: _DTYPES[column.type] for column in columns(table)})


def declared(name: str) -> type[Record]:
    """The declaration of the table `name`, of the estate or of the results; KeyError where there is none."""
    return TABLES[name] if name in TABLES else RESULTS[name]


@cache
def empty(name: str) -> pl.DataFrame:
    """The table `name` without rows."""
    return pl.DataFrame(schema=schema(declared(name)))


def frame(name: str, rows: Iterable[Mapping[str, Any]] | Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """`rows` as the table `name`; columns that a row does not give are null.

    A fact given as a value counts as present: `has_x` becomes true wherever `x` has a value, so a source
    only says `has_x=False` where it would have shown the thing and did not. ValueError names a column
    that the table does not have.
    """
    table = declared(name)
    given = list(rows)
    names = {column.name for column in columns(table)}
    used: set[str] = set().union(*(row.keys() for row in given)) if given else set()
    if unknown := sorted(used - names):
        raise ValueError(f"table {name} has no column {', '.join(unknown)}")
    if not given:
        return empty(name)
    return with_presence(name, pl.DataFrame(given, schema=schema(table), orient="row"))


def with_presence(name: str, made: pl.DataFrame) -> pl.DataFrame:
    """`made` with `has_x` true wherever `x` holds a value, and with the declared defaults filled in."""
    table = declared(name)
    missing = {column.name: column.null_count() for column in made}
    present = [
        pl.when(pl.col(column.name).is_not_null())
        .then(pl.lit(True))
        .otherwise(pl.col(f"has_{column.name}"))
        .alias(f"has_{column.name}")
        for column in columns(table)
        if column.of and missing[column.name] < made.height
    ]
    filled = [
        pl.col(column.name).fill_null(column.default)
        for column in columns(table)
        if column.default is not None and missing[column.name]
    ]
    return made.with_columns(*present, *filled)
