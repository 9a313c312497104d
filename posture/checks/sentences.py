"""Sentences of findings, filled from columns for all rows at once."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

_FIELD = re.compile(r"\{(\w+)(?::(\w+))?\}( (?:h|s|days)\b(?! ago))?")
"""A column, how it is shown, and its unit, which goes where the value goes: never "not known h"."""
NOT_KNOWN = "not known"
_SHORT = 12


def names(*sentences: str) -> set[str]:
    """Columns that the sentences mention."""
    return {found[1] for sentence in sentences for found in _FIELD.finditer(sentence)}


def filled(sentence: str, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """`sentence` with `{column}` replaced from rows of `schema`.

    `{column:date}` prints a day, `{column:short}` the head of a digest. What is known to be none reads
    `none`, what has no value otherwise `not known`.
    """
    parts: list[pl.Expr] = []
    begin = 0
    for found in _FIELD.finditer(sentence):
        if found.start() > begin:
            parts.append(pl.lit(sentence[begin : found.start()]))
        shown = pl.concat_str(_shown(found[1], schema[found[1]], found[2]), pl.lit(found[3] or ""))
        shown = shown.fill_null(NOT_KNOWN)
        if f"has_{found[1]}" in schema:
            shown = pl.when(~pl.col(f"has_{found[1]}")).then(pl.lit("none")).otherwise(shown)
        parts.append(shown)
        begin = found.end()
    if begin < len(sentence) or not parts:
        parts.append(pl.lit(sentence[begin:]))
    return pl.concat_str(parts)


def _shown(name: str, kind: pl.DataType, form: str | None) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, pl.Datetime):
        return column.dt.strftime("%Y-%m-%d" if form == "date" else "%Y-%m-%d %H:%M")
    if isinstance(kind, pl.Float64 | pl.Float32):
        whole = column == column.round(0)
        return (
            pl.when(whole)
            .then(column.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(column.round(3).cast(pl.String))
        )
    if isinstance(kind, pl.Boolean):
        return pl.when(column).then(pl.lit("yes")).when(~column).then(pl.lit("no"))
    return column.cast(pl.String).str.head(_SHORT) if form == "short" else column.cast(pl.String)
