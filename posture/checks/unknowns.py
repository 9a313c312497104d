"""What a check could not decide: subjects without an answer, and tables that were not read whole."""

from __future__ import annotations

import polars as pl

from posture.checks.check import Check, Verdicts
from posture.checks.findings import as_table
from posture.checks.view import View

EVERYWHERE = "estate"
"""Scope of an unknown that no single account, project or repository has."""


def unknowns_of(check: Check, asked: Verdicts, undecided: pl.DataFrame, view: View) -> pl.DataFrame:
    scope = pl.col("scope").fill_null("") if "scope" in undecided.columns else pl.lit("")
    grouped = undecided.group_by(scope.alias("scope"), "_stale").agg(
        pl.len().cast(pl.Int64).alias("subjects"), pl.col("key").min().alias("example")
    )
    said = grouped.select(
        "scope",
        "subjects",
        "example",
        reason=pl.when("_stale").then(pl.lit("stale_source")).otherwise(pl.lit(asked.reason)),
        says=pl.when("_stale")
        .then(pl.lit("the source is older than its limit"))
        .otherwise(pl.lit(asked.unknown)),
    )
    return said_by(check, pl.concat([said, missing_rows(asked, False, view)], how="diagonal"))


def said_by(check: Check, unknowns: pl.DataFrame) -> pl.DataFrame:
    told = unknowns.with_columns(check=pl.lit(check.id), severity=pl.lit(check.severity.word))
    return as_table("unknowns", told)


def missing_rows(asked: Verdicts, nobody: bool, view: View) -> pl.DataFrame:
    """One unknown for each scope where a table that the check reads is not complete: rows may be missing."""
    tables = read_by(asked, view)
    lacking = view.kept(f"lacking:{','.join(sorted(tables))}", lambda v: _lacking(v, tables))
    if not nobody:
        return lacking
    fed = set(view.kept("coverage", _coverage)["noun"])
    unfed = sorted(table for table in tables if table not in fed and view.estate[table].is_empty())
    if not unfed:
        return lacking
    nothing = {
        "scope": EVERYWHERE,
        "reason": "no_source",
        "says": f"nothing that was given holds {', '.join(unfed)}; inventory.toml can declare them",
        "subjects": 1,
        "example": EVERYWHERE,
    }
    return pl.concat([lacking, pl.DataFrame([nothing], schema=lacking.schema)])


def _lacking(view: View, tables: frozenset[str]) -> pl.DataFrame:
    """By scope, which of `tables` were not read whole, why, and what would help."""
    return (
        view.kept("coverage", _coverage)
        .filter(pl.col("noun").is_in(sorted(tables)), pl.col("state") != "complete")
        .sort("scope", "noun", "why", nulls_last=True)
        .group_by("scope", maintain_order=True)
        .agg(
            pl.col("noun").unique().sort().str.join(", ").alias("nouns"),
            (pl.col("state") == "unread").any().alias("whole"),
            pl.col("why").first(),
            pl.col("would_help").first(),
        )
        .select(
            "scope",
            reason=pl.when("whole").then(pl.lit("no_source")).otherwise(pl.lit("source_blind")),
            says=pl.concat_str(
                "nouns",
                pl.when("whole").then(pl.lit(" not read: ")).otherwise(pl.lit(" read in part: ")),
                pl.col("why").fill_null("not said why"),
                pl.when(pl.col("would_help") != "").then("; " + pl.col("would_help")).otherwise(pl.lit("")),
            ),
            subjects=pl.lit(1, pl.Int64),
            example=pl.col("scope"),
        )
    )


def _coverage(view: View) -> pl.DataFrame:
    """What was read by scope and table; `systems/lambda:function` is part of systems."""
    return view.estate["coverage"].select(
        "scope",
        "state",
        "why",
        "would_help",
        pl.col("table").str.split("/").list.first().alias("noun"),
    )


def read_by(asked: Verdicts, view: View) -> frozenset[str]:
    """Tables that the question rests on, taken from its expressions."""
    used: set[str] = {asked.noun}
    for expression in (asked.applies, asked.gap, asked.raised):
        for column in expression.meta.root_names():
            used.update(view.rests_on(asked.noun, column))
    return frozenset(used)
