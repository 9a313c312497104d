"""Filter and order of a long list, as whole-frame questions to Polars."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def arranged(
    frame: pl.DataFrame, search: Sequence[str], text: str, by: Sequence[str], descending: bool
) -> pl.DataFrame:
    """The rows of `frame` in which every word of `text` occurs, ordered by the columns `by`.

    A word with `!` before it must not occur. The order is stable, rows without a value come last.
    """
    kept = frame
    for word in text.split():
        wanted = not (word.startswith("!") and len(word) > 1)
        needle = word if wanted else word[1:]
        hit = pl.any_horizontal(
            pl.col(column).str.contains_any([needle], ascii_case_insensitive=True).fill_null(False)
            for column in search
        )
        kept = kept.filter(hit if wanted else ~hit)
    if by:
        kept = kept.sort(list(by), descending=descending, nulls_last=True, maintain_order=True)
    return kept
