"""Filter and order of a long list, as whole-frame questions to Polars."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def filtered(frame: pl.DataFrame, search: Sequence[str], text: str) -> pl.DataFrame:
    """The rows of `frame` in which every word of `text` occurs; a word after `!` must not occur."""
    kept = frame
    for word in text.split():
        wanted = not (word.startswith("!") and len(word) > 1)
        needle = word if wanted else word[1:]
        hit = pl.any_horizontal(
            pl.col(column).str.contains_any([needle], ascii_case_insensitive=True).fill_null(False)
            for column in search
        )
        kept = kept.filter(hit if wanted else ~hit)
    return kept


def ordered(frame: pl.DataFrame, by: Sequence[str], descending: bool) -> pl.DataFrame:
    """`frame` in the order of the columns `by`: stable, rows without a value last."""
    return frame.sort(list(by), descending=descending, nulls_last=True, maintain_order=True) if by else frame
