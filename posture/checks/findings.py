"""Gaps as findings: their ids, what they carry of their subject, and which a decision has settled."""

from __future__ import annotations

import hashlib

import polars as pl

from posture.checks.check import Check, Verdicts
from posture.checks.sentences import filled
from posture.checks.view import View
from posture.estate.called import NAMING
from posture.model.frames import empty, frame, schema
from posture.model.results import Finding, Unknown


def finding_id(check: str, subject: str, discriminator: str = "") -> str:
    """First 16 hexadecimal digits over check, subject and discriminator: nothing that drifts."""
    return hashlib.sha256("\x1f".join((check, subject, discriminator)).encode()).hexdigest()[:16]


def error_of(check: Check, kind: str) -> pl.DataFrame:
    row = {
        "id": finding_id(check.id, check.id),
        "check": check.id,
        "subject": check.id,
        "noun": "checks",
        "result": "error",
        "severity": check.severity.word,
        "observed": f"the check raised {kind} and gave no answer",
        "expected": "an answer for every subject",
        "cause": check.id,
    }
    return frame("findings", [row])


def _settled(check: Check, view: View, *kinds: str) -> pl.Expr:
    """Whether a decision of one of `kinds` holds for the gap now: on it alone, or on its subject."""
    decisions = view.estate["decisions"]
    if decisions.is_empty() or view.estate.as_of is None:
        return pl.lit(False)
    holding = decisions.filter(
        pl.col("kind").is_in(kinds),
        pl.col("check") == check.id,
        pl.col("has_expires"),
        pl.col("expires") >= pl.lit(view.estate.as_of),
    )
    whole = holding.filter(pl.col("finding").is_null())["subject"]
    return pl.col("key").is_in(whole.implode()) | pl.col("id").is_in(holding["finding"].implode())


def findings_of(check: Check, asked: Verdicts, gaps: pl.DataFrame, view: View) -> pl.DataFrame:
    if gaps.is_empty():
        return empty("findings")
    gaps = gaps.with_columns(
        **asked.shown,
        _raised=asked.raised.cast(pl.Boolean),
        _cause=pl.lit(None, pl.String) if asked.cause is None else asked.cause,
        discriminator=pl.lit("") if asked.per is None else asked.per.fill_null(""),
    )
    ids = [
        finding_id(check.id, subject, discriminator)
        for subject, discriminator in zip(gaps["key"], gaps["discriminator"], strict=True)
    ]
    gaps = gaps.with_columns(pl.Series("id", ids, pl.String))
    # What somebody calls a false positive counts like what somebody accepts: neither improves a figure.
    wrong = _settled(check, view, "false-positive")
    accepted = _settled(check, view, "exception", "acceptance")
    texts = gaps.schema
    carried = {
        name: pl.col(name) if name in texts else pl.lit(None, schema(Finding).get(name, pl.String()))
        for name in ("name", "owner", "scope", "source", "file", "at")
    }
    if asked.noun in NAMING:
        gaps = gaps.join(called(view, asked.noun), on="key", how="left", maintain_order="left")
        carried["name"] = pl.coalesce("said", carried["name"])
    made = gaps.select(
        check=pl.lit(check.id),
        subject=pl.col("key"),
        noun=pl.lit(asked.noun),
        discriminator=pl.col("discriminator"),
        id=pl.col("id"),
        result=pl.when(accepted | wrong).then(pl.lit("accepted")).otherwise(pl.lit("gap")),
        state=pl.when(accepted)
        .then(pl.lit("accepted"))
        .when(wrong)
        .then(pl.lit("false-positive"))
        .otherwise(pl.lit("open")),
        severity=pl.when("_raised").then(pl.lit(check.raised.word)).otherwise(pl.lit(check.severity.word)),
        may_be_higher=pl.col("_raised").is_null(),
        observed=filled(asked.says, texts),
        expected=filled(asked.expected, texts),
        cause=pl.col("_cause").fill_null(pl.col("key")),
        last_seen=pl.col("collected_at")
        if "collected_at" in texts
        else pl.lit(None, schema(Finding)["last_seen"]),
        name=carried["name"],
        owner=carried["owner"],
        **{name: carried[name].fill_null("") for name in ("scope", "source", "file", "at")},
    )
    return as_table("findings", made)


def called(view: View, noun: str) -> pl.DataFrame:
    """`key` and `said` of what is called otherwise than by its own name."""
    tables = {name: view.estate[name].lazy() for name in ("agents", "credentials", "links", "tools")}
    return view.kept(f"names of {noun}", lambda _view: NAMING[noun](tables).collect())


def as_table(name: str, made: pl.DataFrame) -> pl.DataFrame:
    """`made` with the columns of the table `name`, those that are missing as not known."""
    columns = schema(Finding if name == "findings" else Unknown)
    given = set(made.columns)
    return made.select(_column(one, kind, one in given) for one, kind in columns.items())


def _column(name: str, kind: pl.DataType, given: bool) -> pl.Expr:
    column = (pl.col(name) if given else pl.lit(None).alias(name)).cast(kind)
    return column.fill_null("") if name in ("label", "example") else column
