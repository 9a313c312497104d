"""One table of entries for all routes: each a product of few factors, and what stands in for the unknown."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from msgspec import Struct

FACTORS = 4
"""Most factors that a route has; a route with fewer has ones in their place."""

SLOTS: Mapping[str, tuple[str, ...]] = {
    "stolen-credential": ("storage", "lifetime", "sharing"),
    "hijacked-agent": ("input", "selection", "autonomy", "policy"),
    "supply-chain": ("supply", "pinned", "sandboxed"),
    "loose-trust": ("trust",),
    "human-use": ("use",),
}
"""Which factor stands in which place, by route."""


NOBODY = pl.DataFrame(
    schema={
        **dict.fromkeys(("route", "origin", "name", "scope"), pl.String),
        **{f"factor_{at}": pl.Float64 for at in range(FACTORS)},
        **dict.fromkeys(("low", "high", "write", "strong"), pl.Float64),
        "assumed": pl.String,
    }
)
"""Entries of a route that nobody here takes."""


class Knob(Struct, frozen=True):
    """One factor: the word that is known of it, what each word is worth, and the word where none is known."""

    name: str
    word: pl.Expr
    worth: Mapping[str, float]
    otherwise: str = ""


def begin(
    rows: pl.DataFrame,
    route: str,
    *knobs: Knob,
    write: pl.Expr | None = None,
    strong: pl.Expr | None = None,
) -> pl.DataFrame:
    """Entries of one route, one per row: `route`, `origin`, `name`, `scope`, `factor_0` and on; `low` and
    `high`, the likelihood at the best and at the worst that the unknown may be; `write` and `strong`, what
    approvals leave of such actions; `assumed`, the factors that nobody stated, in words.
    """
    if [knob.name for knob in knobs] != list(SLOTS[route][: len(knobs)]):
        raise ValueError(f"factors of {route} out of place")
    factors, lows, highs, missing = [], [], [], []
    for knob in knobs:
        worth = knob.word.replace_strict(dict(knob.worth), default=None, return_dtype=pl.Float64)
        unknown = worth.is_null()
        factors.append(worth.fill_null(knob.worth.get(knob.otherwise, 1.0)))
        lows.append(pl.when(unknown).then(min(knob.worth.values())).otherwise(worth))
        highs.append(pl.when(unknown).then(max(knob.worth.values())).otherwise(worth))
        if knob.otherwise:
            missing.append(pl.when(unknown).then(pl.lit(knob.name)))
    said = pl.concat_str(missing, separator=", ", ignore_nulls=True) if missing else pl.lit("")
    return rows.select(
        pl.lit(route).alias("route"),
        pl.col("key").alias("origin"),
        pl.col("name").fill_null("").alias("name"),
        pl.col("scope").fill_null("").alias("scope"),
        *(factor.alias(f"factor_{at}") for at, factor in enumerate(factors)),
        *(pl.lit(1.0).alias(f"factor_{at}") for at in range(len(factors), FACTORS)),
        _product(lows).alias("low"),
        _product(highs).alias("high"),
        (pl.lit(1.0) if write is None else write).alias("write"),
        (pl.lit(1.0) if strong is None else strong).alias("strong"),
        said.alias("assumed"),
    )


def _product(factors: list[pl.Expr]) -> pl.Expr:
    whole = factors[0]
    for factor in factors[1:]:
        whole = whole * factor
    return whole
