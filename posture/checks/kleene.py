"""Expressions that keep null for not known, where Polars' own would guess."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import polars as pl

NOT_KNOWN = pl.lit(None, pl.Boolean)


def absent(column: str) -> pl.Expr:
    """True where the fact is known to be none, false where it is there, null where nobody knows."""
    return ~pl.col(f"has_{column}")


def known_none_or(column: str, test: pl.Expr) -> pl.Expr:
    """True where the fact is known to be none, else `test`; null where it is not known or without value.

    For facts whose absence is the worst case, such as an expiry.
    """
    return absent(column) | test


def present_and(column: str, test: pl.Expr) -> pl.Expr:
    """False where the fact is known to be none, else `test`: for facts whose absence is harmless."""
    return pl.col(f"has_{column}") & test


def any_of(*tests: pl.Expr) -> pl.Expr:
    """True where one is true, false where all are false, else null."""
    return reduce(lambda left, right: left | right, tests)


def all_of(*tests: pl.Expr) -> pl.Expr:
    """False where one is false, true where all are true, else null."""
    return reduce(lambda left, right: left & right, tests)


def at_least(count: str, threshold: int | float, complete: str | None = None) -> pl.Expr:
    """Whether a count of related rows reaches `threshold`.

    A count is a lower bound: reaching the threshold is certain, staying below it only where the column
    `COUNT_complete` says that every related row was read.
    """
    below = pl.when(pl.col(complete or f"{count}_complete")).then(pl.lit(False)).otherwise(NOT_KNOWN)
    return (pl.col(count) >= threshold) | below


def among(column: str, words: Iterable[str]) -> pl.Expr:
    """Whether the value is one of `words`; null where there is no value."""
    return pl.col(column).is_in(list(words))


def certainly(sure: pl.Expr, perhaps: pl.Expr) -> pl.Expr:
    """True where `sure`, null where only `perhaps`, false where neither."""
    return sure | (perhaps & NOT_KNOWN)


def reaches(name: str, least: int) -> pl.Expr:
    """Whether what is certainly reached counts at least `least`; null where only what may be reached does."""
    return certainly(pl.col(f"reaches_{name}") >= least, pl.col(f"may_reach_{name}") >= least)


def reaches_any(classes: int) -> pl.Expr:
    """Whether one of `classes` is reached somewhere, under the same rule."""
    return certainly(
        (pl.col("reaches_mask") & classes) != 0,
        (pl.col("may_reach_mask") & classes) != 0,
    )


def allows(mask: str, classes: int) -> pl.Expr:
    """Whether `mask` holds one of `classes`; null where the mask is not known."""
    return (pl.col(mask) & classes) != 0
