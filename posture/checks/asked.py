"""The subjects of a question with the columns it needs, and its answer row by row."""

from __future__ import annotations

from functools import cache

import polars as pl

from posture.checks.check import Check, Verdicts
from posture.checks.sentences import names
from posture.checks.view import View
from posture.sources.registry import every as every_source

_CARRIED = ("name", "scope", "owner", "collected_at", "source", "file", "at")
"""Columns of the subject that a finding repeats, where its table has them."""


def questions(check: Check, view: View) -> tuple[Verdicts, ...]:
    """What the check asks: one question, or the same one over several tables."""
    asked = check.ask(view)
    return asked if isinstance(asked, tuple) else (asked,)


def verdict(applies: pl.Expr, gap: pl.Expr) -> pl.Expr:
    """gap, clear, unknown or not applicable, from two expressions that keep null for not known."""
    return (
        pl.when(~applies)
        .then(pl.lit("not applicable"))
        .when(applies.is_null() | gap.is_null())
        .then(pl.lit("unknown"))
        .when(gap)
        .then(pl.lit("gap"))
        .otherwise(pl.lit("clear"))
    )


def results(check: Check, view: View) -> pl.DataFrame:
    """`key`, `scope` and `result` of every subject of one check: what the tallies count."""
    found = [
        answers_of(check, one, view.rows(one.noun, _columns(one, view, one.applies, one.gap)), view)
        for one in questions(check, view)
    ]
    return pl.concat(
        [
            answers.select(
                "key",
                (pl.col("scope") if "scope" in answers.columns else pl.lit("")).fill_null("").alias("scope"),
                pl.col("_result").alias("result"),
            )
            for answers in found
        ]
    )


def answers_of(check: Check, asked: Verdicts, rows: pl.DataFrame, view: View) -> pl.DataFrame:
    """`key`, what is carried, `_result` and `_stale` of every row."""
    carried = [name for name in ("scope", "collected_at", "source") if name in rows.columns]
    answers = rows.select("key", *carried, _applies=asked.applies, _gap=asked.gap)
    for name in ("_applies", "_gap"):
        if answers.schema[name] not in (pl.Boolean, pl.Null):
            raise TypeError(f"check {check.id} answers with {answers.schema[name]}")
    result = verdict(pl.col("_applies").cast(pl.Boolean), pl.col("_gap").cast(pl.Boolean))
    # Waiting never improves a result: what was clear when an old source answered is unknown now.
    stale = _old(answers, view) & (result == "clear")
    return answers.select(
        "key",
        *carried,
        pl.when(stale).then(pl.lit("unknown")).otherwise(result).alias("_result"),
        stale.alias("_stale"),
    )


def rows_of(asked: Verdicts, view: View) -> pl.DataFrame:
    """The subjects with every column that the question, its sentences and its findings need."""
    needed = _columns(
        asked, view, asked.applies, asked.gap, asked.raised, asked.cause, asked.per, *asked.shown.values()
    )
    said = names(asked.says, asked.expected) - set(asked.shown)
    needed |= said | {f"has_{name}" for name in said if view.has(asked.noun, f"has_{name}")}
    return view.rows(asked.noun, needed)


def _columns(asked: Verdicts, view: View, *expressions: pl.Expr | None) -> set[str]:
    """What `expressions` look at, and what a finding repeats of its subject."""
    named = {
        name for expression in expressions if expression is not None for name in expression.meta.root_names()
    }
    return named | {name for name in _CARRIED if view.has(asked.noun, name)}


@cache
def _slow() -> tuple[str, ...]:
    """Sources that tell of hosts, repositories and scans, which change slower than a cloud."""
    return tuple(reader.SOURCE.id for reader in every_source() if reader.SOURCE.provider == "local")


def _old(rows: pl.DataFrame, view: View) -> pl.Expr:
    """Whether the source of a row answered longer ago than its kind may."""
    if view.estate.as_of is None or "collected_at" not in rows.columns:
        return pl.lit(False)
    limits = view.estate.settings.freshness
    days = pl.lit(limits.cloud)
    if "source" in rows.columns:
        days = pl.when(pl.col("source").is_in(_slow())).then(limits.scanner).otherwise(limits.cloud)
    return ((view.now - pl.col("collected_at")).dt.total_hours() > 24 * days).fill_null(False)
