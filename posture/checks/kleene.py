"""Expressions that keep null for not known, where Polars' own would guess."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import polars as pl


def absent(column: str) -> pl.Expr:
    """True where the fact is known to be none, false where it is there, null where nobody knows."""
    return ~pl.col(f"has_{column}")


def known_none_or(column: str, test: pl.Expr) -> pl.Expr:
    """True where the fact is known to be none, else `test`; null where it is not known or without value.

    For facts whose absence is the worst case, such as an expiry.
    """
    return absent(column) | test


def any_of(*tests: pl.Expr) -> pl.Expr:
    """True where one is true, false where all are false, else null."""
    return reduce(lambda left, right: left | right, tests)


def all_of(*tests: pl.Expr) -> pl.Expr:
    """False where one is false, true where all are true, else null."""
    return reduce(lambda left, right: left & right, tests)


def at_least(count: str, threshold: int | float, complete: str) -> pl.Expr:
    """Whether a count of related rows reaches `threshold`.

    A count is a lower bound: reaching the threshold is certain, staying below it only where the column
    `complete` says that every related row was read.
    """
    below = pl.when(pl.col(complete)).then(pl.lit(False)).otherwise(pl.lit(None, pl.Boolean))
    return (pl.col(count) >= threshold) | below


def among(column: str, words: Iterable[str]) -> pl.Expr:
    """Whether the value is one of `words`; null where there is no value."""
    return pl.col(column).is_in(list(words))
