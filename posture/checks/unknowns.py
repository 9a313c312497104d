"""What a check could not decide: subjects without an answer, and tables that were not read whole."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from posture.checks.check import Check, Verdicts
from posture.checks.findings import as_table
from posture.checks.view import View
from posture.model.frames import empty
from posture.model.tables import TABLES

EVERYWHERE = "estate"
"""Scope of an unknown that no single account, project or repository has."""

_NONE = empty("unknowns").select("scope", "reason", "says", "subjects", "example")
"""What every part has: the check that it is said of is added once for all parts."""
_ONCE = ("scope", "reason", "says")


def unknowns_of(asked: Verdicts, undecided: pl.DataFrame) -> pl.DataFrame:
    """One row per scope with subjects that the question found no answer for."""
    if undecided.is_empty():
        return _NONE
    scope = pl.col("scope").fill_null("") if "scope" in undecided.columns else pl.lit("")
    grouped = undecided.group_by(scope.alias("scope"), "_stale").agg(
        pl.len().cast(pl.Int64).alias("subjects"), pl.col("key").min().alias("example")
    )
    return grouped.select(
        "scope",
        pl.when("_stale").then(pl.lit("stale_source")).otherwise(pl.lit(asked.reason)).alias("reason"),
        pl.when("_stale")
        .then(pl.lit("the source is older than its limit"))
        .otherwise(pl.lit(asked.unknown))
        .alias("says"),
        "subjects",
        "example",
    )


def said(undecided: Sequence[pl.DataFrame], missing: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """What one check could not decide, each reason of a scope once.

    Subjects of several questions add up; a table that several of them read is missing once.
    """
    told = [part for part in undecided if not part.is_empty()]
    if len(told) > 1:
        by_reason = pl.concat(told).group_by(_ONCE, maintain_order=True)
        told = [by_reason.agg(pl.col("subjects").sum(), pl.col("example").min())]
    told += [part for part in missing if not part.is_empty()]
    if len(told) < 2:
        return told[0] if told else _NONE
    return pl.concat(told).unique(_ONCE, keep="first", maintain_order=True)


def unknowns(told: Sequence[tuple[Check, pl.DataFrame]]) -> pl.DataFrame:
    """The table `unknowns`, of what every check said."""
    if not told:
        return empty("unknowns")
    check = [check.id for check, rows in told for _ in range(rows.height)]
    severity = [check.severity.word for check, rows in told for _ in range(rows.height)]
    rows = pl.concat([rows for _, rows in told])
    rows = rows.hstack([pl.Series("check", check), pl.Series("severity", severity)])
    return as_table("unknowns", rows).sort("check", "scope", "reason", "says")


def missing_rows(asked: Verdicts, nobody: bool, view: View) -> pl.DataFrame:
    """One unknown for each scope where a table that the check reads is not complete: rows may be missing."""
    tables = read_by(asked, view)
    broken = sorted(tables & view.kept("broken", lambda v: set(v.kept("incomplete", _incomplete)["noun"])))
    lacking = view.kept(f"lacking:{','.join(broken)}", lambda v: _lacking(v, broken)) if broken else _NONE
    if not nobody:
        return lacking
    return view.kept(f"unfed:{','.join(sorted(tables))}", lambda v: _unfed(v, tables, lacking))


def _unfed(view: View, tables: frozenset[str], lacking: pl.DataFrame) -> pl.DataFrame:
    """`lacking`, and which of `tables` nothing feeds."""
    fed = view.kept("fed", lambda v: {table.partition("/")[0] for table in v.estate["coverage"]["table"]})
    unfed = sorted(
        table for table in tables if table in TABLES and table not in fed and view.estate[table].is_empty()
    )
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


def _lacking(view: View, broken: Sequence[str]) -> pl.DataFrame:
    """By scope, which of the tables `broken` were not read whole, why, and what would help."""
    return (
        view.kept("incomplete", _incomplete)
        .filter(pl.col("noun").is_in(broken))
        .group_by("scope", maintain_order=True)
        .agg(
            pl.col("noun").unique().sort().str.join(", ").alias("nouns"),
            (pl.col("state") == "unread").any().alias("whole"),
            pl.col("why").first(),
            pl.col("would_help").first(),
        )
        .select(
            "scope",
            pl.when("whole").then(pl.lit("no_source")).otherwise(pl.lit("source_blind")).alias("reason"),
            pl.concat_str(
                "nouns",
                pl.when("whole").then(pl.lit(" not read: ")).otherwise(pl.lit(" read in part: ")),
                pl.col("why").fill_null("not said why"),
                pl.when(pl.col("would_help") != "").then("; " + pl.col("would_help")).otherwise(pl.lit("")),
            ).alias("says"),
            pl.lit(1, pl.Int64).alias("subjects"),
            pl.col("scope").alias("example"),
        )
    )


def _incomplete(view: View) -> pl.DataFrame:
    """What was not read whole, by scope and table; `systems/lambda:function` is part of systems."""
    return (
        view.estate["coverage"]
        .filter(pl.col("state") != "complete")
        .select(
            "scope",
            "state",
            "why",
            "would_help",
            pl.col("table").str.split("/").list.first().alias("noun"),
        )
        .sort("scope", "noun", "why", nulls_last=True)
    )


def read_by(asked: Verdicts, view: View) -> frozenset[str]:
    """Tables that the question rests on, taken from its expressions."""
    used: set[str] = {asked.noun}
    for expression in (asked.applies, asked.gap, asked.raised):
        for column in expression.meta.root_names():
            used.update(view.rests_on(asked.noun, column))
    return frozenset(used)
