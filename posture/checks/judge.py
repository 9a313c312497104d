"""Asks every check and turns its expressions into findings, unknowns and tallies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from posture.checks.check import Check, Verdicts
from posture.checks.view import View
from posture.model.frames import empty, frame

_FIELD = re.compile(r"\{(\w+)(?::(\w+))?\}")
EVERYWHERE = "estate"
"""Scope of an unknown that no single account, project or repository has."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Tables `findings`, `unknowns` and `tallies`, and a sentence for every check that raised."""

    findings: pl.DataFrame
    unknowns: pl.DataFrame
    tallies: pl.DataFrame
    errors: tuple[str, ...]


def finding_id(check: str, subject: str, discriminator: str = "") -> str:
    """First 16 hexadecimal digits over check, subject and discriminator: nothing that drifts."""
    return hashlib.sha256("\x1f".join((check, subject, discriminator)).encode()).hexdigest()[:16]


def judge(view: View, checks: Iterable[Check]) -> Judged:
    """Every check's answers. A check that raises becomes an error finding of its own; the others go on."""
    findings, unknowns, tallies, errors = [empty("findings")], [empty("unknowns")], [], []
    for check in checks:
        try:
            found, undecided, tally = _ask(check, view)
        except Exception as error:  # noqa: BLE001 - whatever a check does wrong, it must stay one check's fault
            kind = type(error).__name__
            errors.append(f"check {check.id} raised {kind}; its subjects are not assessed")
            findings.append(_raised(check, kind))
            tallies.append({"check": check.id, "error": 1})
            continue
        findings.append(found)
        unknowns.append(undecided)
        tallies.append(tally)
    order = ["check", "subject", "discriminator"]
    return Judged(
        pl.concat(findings).sort(order),
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


def _ask(check: Check, view: View) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, object]]:
    asked = check.ask(view)
    judged = _judged(asked, view)
    accepted = _accepted(check, judged, view)
    counts = dict(judged["_result"].value_counts().iter_rows())
    undecided = _unknowns(check, asked, judged, view)
    tally = {
        "check": check.id,
        "gap": counts.get("gap", 0) - len(accepted),
        "accepted": len(accepted),
        "clear": counts.get("clear", 0),
        "unknown": int(undecided["subjects"].sum() or 0),
        "not_applicable": counts.get("not applicable", 0),
    }
    return _findings(check, asked, judged, accepted), undecided, tally


def _judged(asked: Verdicts, view: View) -> pl.DataFrame:
    rows = asked.rows.with_columns(
        asked.applies.cast(pl.Boolean).alias("_applies"),
        asked.gap.cast(pl.Boolean).alias("_gap"),
        asked.raised.cast(pl.Boolean).alias("_raised"),
        (asked.cause if asked.cause is not None else pl.lit(None, pl.String)).alias("_cause"),
        (asked.per if asked.per is not None else pl.lit("")).fill_null("").alias("_per"),
    )
    result = (
        pl.when(~pl.col("_applies"))
        .then(pl.lit("not applicable"))
        .when(pl.col("_applies").is_null() | pl.col("_gap").is_null())
        .then(pl.lit("unknown"))
        .when(pl.col("_gap"))
        .then(pl.lit("gap"))
        .otherwise(pl.lit("clear"))
    )
    rows = rows.with_columns(result.alias("_result"), pl.lit(False).alias("_stale"))
    return _aged(rows, view)


def _aged(rows: pl.DataFrame, view: View) -> pl.DataFrame:
    """Waiting never improves a result: what was clear when an old source answered is unknown now."""
    as_of = view.estate.as_of
    if as_of is None or "collected_at" not in rows.columns:
        return rows
    limit = view.estate.settings.freshness.cloud
    stale = ((pl.lit(as_of) - pl.col("collected_at")).dt.total_hours() > 24 * limit).fill_null(False)
    turned = stale & (pl.col("_result") == "clear")
    return rows.with_columns(
        pl.when(turned).then(pl.lit("unknown")).otherwise(pl.col("_result")).alias("_result"),
        turned.alias("_stale"),
    )


def _accepted(check: Check, judged: pl.DataFrame, view: View) -> frozenset[str]:
    """Subjects whose gap somebody accepted and may still accept at this moment."""
    decisions = view.estate["decisions"]
    if decisions.is_empty() or view.estate.as_of is None:
        return frozenset()
    valid = decisions.filter(
        pl.col("kind") == "exception",
        (pl.col("check") == check.id),
        pl.col("has_expires"),
        pl.col("expires") >= pl.lit(view.estate.as_of),
    )
    gaps = judged.filter(pl.col("_result") == "gap")["key"].to_list() if "key" in judged.columns else []
    return frozenset(valid["subject"].to_list()) & frozenset(gaps)


def _findings(check: Check, asked: Verdicts, judged: pl.DataFrame, accepted: frozenset[str]) -> pl.DataFrame:
    gaps = judged.filter(pl.col("_result") == "gap")
    rows = []
    for row in gaps.iter_rows(named=True):
        subject = row["key"]
        severity = check.raised if row["_raised"] else check.severity
        rows.append(
            {
                "id": finding_id(check.id, subject, row["_per"]),
                "check": check.id,
                "subject": subject,
                "name": row.get("name"),
                "noun": asked.noun,
                "scope": row.get("scope") or "",
                "discriminator": row["_per"],
                "result": "accepted" if subject in accepted else "gap",
                "severity": severity.word,
                "may_be_higher": row["_raised"] is None,
                "observed": fill(asked.says, row),
                "expected": fill(asked.expected, row),
                "cause": row["_cause"] or subject,
                "owner": row.get("owner"),
                "state": "accepted" if subject in accepted else "open",
                "last_seen": row.get("collected_at"),
                "source": row.get("source") or "",
                "file": row.get("file") or "",
                "at": row.get("at") or "",
            }
        )
    return frame("findings", rows)


def fill(sentence: str, row: Mapping[str, object]) -> str:
    """`sentence` with `{column}` replaced from `row`; `{column:date}` prints a day."""

    def value(match: re.Match[str]) -> str:
        found = row.get(match[1])
        if found is None:
            return "not known"
        if match[2] == "date" and hasattr(found, "strftime"):
            return str(found.strftime("%Y-%m-%d"))
        if isinstance(found, float):
            return f"{found:g}"
        return str(found)

    return _FIELD.sub(value, sentence)


def _unknowns(check: Check, asked: Verdicts, judged: pl.DataFrame, view: View) -> pl.DataFrame:
    undecided = judged.filter(pl.col("_result") == "unknown")
    rows: list[dict[str, object]] = []
    if not undecided.is_empty():
        scope = pl.col("scope") if "scope" in undecided.columns else pl.lit("")
        grouped = undecided.group_by(scope.alias("_scope"), "_stale").agg(
            pl.len().alias("subjects"), pl.col("key").min().alias("example")
        )
        for where, stale, subjects, example in grouped.sort("_scope", "_stale").iter_rows():
            rows.append(
                {
                    "scope": where,
                    "reason": "stale_source" if stale else asked.reason,
                    "says": "the source is older than its limit" if stale else asked.unknown,
                    "subjects": subjects,
                    "example": example,
                }
            )
    rows.extend(_missing(asked, view))
    common = {"check": check.id, "severity": check.severity.word}
    return frame("unknowns", [{**row, **common} for row in rows])


def _missing(asked: Verdicts, view: View) -> Iterable[dict[str, object]]:
    """One unknown for each scope where a table that the check reads is not complete: rows may be missing."""
    tables = read_by(asked, view)
    coverage = view.estate["coverage"].filter(pl.col("table").is_in(sorted(tables)))
    lacking = coverage.filter(pl.col("state") != "complete").sort("scope", "table", "why", nulls_last=True)
    for (scope,), said in lacking.group_by("scope", maintain_order=True):
        first = said.row(0, named=True)
        nouns = ", ".join(sorted(set(said["table"])))
        whole = "unread" in said["state"].to_list()
        how = "not read" if whole else "read in part"
        help_with = f"; {first['would_help']}" if first["would_help"] else ""
        yield {
            "scope": scope,
            "reason": "no_source" if whole else "source_blind",
            "says": f"{nouns} {how}: {first['why'] or 'not said why'}{help_with}",
            "subjects": 1,
            "example": scope,
        }
    unfed = sorted(t for t in tables if view.estate[t].is_empty() and t not in set(coverage["table"]))
    if unfed and asked.rows.is_empty():
        yield {
            "scope": EVERYWHERE,
            "reason": "no_source",
            "says": f"nothing that was given holds {', '.join(unfed)}; inventory.toml can declare them",
            "subjects": 1,
            "example": EVERYWHERE,
        }


def read_by(asked: Verdicts, view: View) -> frozenset[str]:
    """Tables that the expressions read, taken from the expressions themselves, and those the check names."""
    used: set[str] = {asked.noun, *asked.needs}
    for expression in (asked.applies, asked.gap, asked.raised):
        for column in expression.meta.root_names():
            used.update(view.rests_on(asked.noun, column))
    return frozenset(used)
