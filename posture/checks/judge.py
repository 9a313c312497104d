"""Asks every check and turns its expressions into findings, unknowns and tallies."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from posture.checks.check import Check, Verdicts
from posture.checks.sentences import filled, names
from posture.checks.view import View
from posture.model.frames import empty, frame, schema
from posture.model.results import Finding, Unknown

EVERYWHERE = "estate"
"""Scope of an unknown that no single account, project or repository has."""

_CARRIED = ("name", "scope", "owner", "collected_at", "source", "file", "at")
"""Columns of the subject that a finding repeats, where its table has them."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Tables `findings`, `unknowns` and `tallies`, and a sentence for every check that raised."""

    findings: pl.DataFrame
    unknowns: pl.DataFrame
    tallies: pl.DataFrame
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    findings: pl.DataFrame
    unknowns: pl.DataFrame
    clear: int = 0
    not_applicable: int = 0


def finding_id(check: str, subject: str, discriminator: str = "") -> str:
    """First 16 hexadecimal digits over check, subject and discriminator: nothing that drifts."""
    return hashlib.sha256("\x1f".join((check, subject, discriminator)).encode()).hexdigest()[:16]


def judge(view: View, checks: Iterable[Check]) -> Judged:
    """Every check's answers. A check that raises becomes an error finding of its own; the others go on."""
    findings, unknowns, tallies, errors = [empty("findings")], [empty("unknowns")], [], []
    for check in checks:
        try:
            answers = _answers(check, view)
        except Exception as error:  # noqa: BLE001 - whatever a check does wrong, it must stay one check's fault
            kind = type(error).__name__
            errors.append(f"check {check.id} raised {kind}; its subjects are not assessed")
            findings.append(_raised(check, kind))
            tallies.append({"check": check.id, "error": 1})
            continue
        found = pl.concat([answer.findings for answer in answers])
        undecided = pl.concat([answer.unknowns for answer in answers]).unique(
            ["scope", "reason", "says"], maintain_order=True
        )
        findings.append(found)
        unknowns.append(undecided)
        accepted = found.filter(pl.col("result") == "accepted").height
        tallies.append(
            {
                "check": check.id,
                "gap": found.height - accepted,
                "accepted": accepted,
                "clear": sum(answer.clear for answer in answers),
                "unknown": int(undecided["subjects"].sum() or 0),
                "not_applicable": sum(answer.not_applicable for answer in answers),
            }
        )
    return Judged(
        pl.concat(findings).sort("check", "subject", "discriminator"),
        pl.concat(unknowns).sort("check", "scope", "reason", "says"),
        frame("tallies", tallies),
        tuple(errors),
    )


def _raised(check: Check, kind: str) -> pl.DataFrame:
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


def _answers(check: Check, view: View) -> list[_Answer]:
    return [_answer(check, asked, view) for asked in _questions(check, view)]


def _questions(check: Check, view: View) -> tuple[Verdicts, ...]:
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
    found = [_results(check, one, _rows(one, view), view) for one in _questions(check, view)]
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


def _results(check: Check, asked: Verdicts, rows: pl.DataFrame, view: View) -> pl.DataFrame:
    carried = [name for name in ("scope", "collected_at") if name in rows.columns]
    answers = rows.select("key", *carried, _applies=asked.applies, _gap=asked.gap)
    for name in ("_applies", "_gap"):
        if answers.schema[name] not in (pl.Boolean, pl.Null):
            raise TypeError(f"check {check.id} answers with {answers.schema[name]}")
    return _aged(
        answers.select(
            "key",
            *carried,
            _result=verdict(pl.col("_applies").cast(pl.Boolean), pl.col("_gap").cast(pl.Boolean)),
        ),
        view,
    )


def _answer(check: Check, asked: Verdicts, view: View) -> _Answer:
    if view.estate[asked.noun].is_empty():
        # Nobody to ask about: what is left to say is what was not read.
        return _Answer(empty("findings"), _said_by(check, _missing(asked, True, view)))
    rows = _rows(asked, view)
    judged = _results(check, asked, rows, view)
    counts = dict(judged["_result"].value_counts().iter_rows())
    gaps = rows.filter(judged["_result"] == "gap")
    return _Answer(
        _findings(check, asked, gaps, view),
        _unknowns(check, asked, judged.filter(pl.col("_result") == "unknown"), view),
        counts.get("clear", 0),
        counts.get("not applicable", 0),
    )


def _rows(asked: Verdicts, view: View) -> pl.DataFrame:
    """The subjects with every column that the question, its sentences and its findings need."""
    needed = {
        name
        for expression in (
            asked.applies, asked.gap, asked.raised, asked.cause, asked.per, *asked.shown.values()
        )
        if expression is not None
        for name in expression.meta.root_names()
    }  # fmt: skip
    said = names(asked.says, asked.expected) - set(asked.shown)
    needed |= said | {f"has_{name}" for name in said if view.has(asked.noun, f"has_{name}")}
    needed |= {name for name in _CARRIED if view.has(asked.noun, name)}
    return view.rows(asked.noun, needed - {"key"})


def _aged(rows: pl.DataFrame, view: View) -> pl.DataFrame:
    """Waiting never improves a result: what was clear when an old source answered is unknown now."""
    as_of = view.estate.as_of
    if as_of is None or "collected_at" not in rows.columns:
        return rows.with_columns(pl.lit(False).alias("_stale"))
    limit = view.estate.settings.freshness.cloud
    stale = ((pl.lit(as_of) - pl.col("collected_at")).dt.total_hours() > 24 * limit).fill_null(False)
    turned = stale & (pl.col("_result") == "clear")
    return rows.with_columns(
        pl.when(turned).then(pl.lit("unknown")).otherwise(pl.col("_result")).alias("_result"),
        turned.alias("_stale"),
    )


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


def _findings(check: Check, asked: Verdicts, gaps: pl.DataFrame, view: View) -> pl.DataFrame:
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
        for subject, discriminator in gaps.select("key", "discriminator").iter_rows()
    ]
    gaps = gaps.with_columns(pl.Series("id", ids, pl.String)).with_columns(
        # What somebody calls a false positive counts like what somebody accepts: neither improves a figure.
        _false=_settled(check, view, "false-positive"),
        _accepted=_settled(check, view, "exception", "acceptance"),
    )
    texts = gaps.schema
    carried = {
        name: pl.col(name) if name in texts else pl.lit(None, schema(Finding).get(name, pl.String()))
        for name in ("name", "owner", "scope", "source", "file", "at")
    }
    made = gaps.select(
        check=pl.lit(check.id),
        subject=pl.col("key"),
        noun=pl.lit(asked.noun),
        discriminator=pl.col("discriminator"),
        id=pl.col("id"),
        result=pl.when(pl.col("_accepted") | pl.col("_false"))
        .then(pl.lit("accepted"))
        .otherwise(pl.lit("gap")),
        state=pl.when("_accepted")
        .then(pl.lit("accepted"))
        .when("_false")
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
    return _as("findings", made)


def _unknowns(check: Check, asked: Verdicts, undecided: pl.DataFrame, view: View) -> pl.DataFrame:
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
    return _said_by(check, pl.concat([said, _missing(asked, False, view)], how="diagonal"))


def _said_by(check: Check, unknowns: pl.DataFrame) -> pl.DataFrame:
    told = unknowns.with_columns(check=pl.lit(check.id), severity=pl.lit(check.severity.word))
    return _as("unknowns", told)


def _missing(asked: Verdicts, nobody: bool, view: View) -> pl.DataFrame:
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


def _as(name: str, made: pl.DataFrame) -> pl.DataFrame:
    columns = schema(Finding if name == "findings" else Unknown)
    missing = [
        pl.lit(None, kind).alias(column) for column, kind in columns.items() if column not in made.columns
    ]
    filled_in = made.with_columns(missing).with_columns(
        pl.col(column).fill_null("") for column in ("label", "example") if column in columns
    )
    return filled_in.select(pl.col(column).cast(kind) for column, kind in columns.items())


def read_by(asked: Verdicts, view: View) -> frozenset[str]:
    """Tables that the question rests on, taken from its expressions."""
    used: set[str] = {asked.noun}
    for expression in (asked.applies, asked.gap, asked.raised):
        for column in expression.meta.root_names():
            used.update(view.rests_on(asked.noun, column))
    return frozenset(used)
