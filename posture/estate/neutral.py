"""Foreign text loses its teeth here, once, before anything is merged or shown."""

from __future__ import annotations

import polars as pl

from posture.model.text import HIDDEN, plain

_RAW = frozenset({"text"})
"""Columns that are evaluated and never shown: the text of policy documents."""

_WHOLE = 1 << 20
"""Keys are not cut: two long names that start alike stay two."""


def neutral(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with every control, bidirectional and invisible character made visible."""
    texts = [name for name, kind in rows.schema.items() if kind == pl.String and name not in _RAW]
    if not texts or rows.is_empty():
        return rows
    hostile = rows.select(pl.col(texts).str.contains(HIDDEN).any()).row(0, named=True)
    changed = [
        pl.col(name).map_elements(lambda text: plain(text, _WHOLE), return_dtype=pl.String)
        for name in texts
        if hostile[name]
    ]
    return rows.with_columns(changed) if changed else rows
