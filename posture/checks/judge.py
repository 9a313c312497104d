"""Asks every check and turns its expressions into findings, unknowns and tallies."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
from msgspec import Struct, field

from posture.checks.asked import answers_of, questions, rows_of
from posture.checks.check import Check, Verdicts
from posture.checks.degraded import degraded
from posture.checks.findings import error_of, findings_of
from posture.checks.unknowns import missing_rows, said, unknowns, unknowns_of
from posture.checks.view import View
from posture.model.frames import empty, frame


class Judged(Struct, frozen=True):
    """Tables `findings`, `unknowns` and `tallies`, and a sentence for every check that raised."""

    findings: pl.DataFrame
    unknowns: pl.DataFrame
    tallies: pl.DataFrame
    errors: tuple[str, ...]


class _Answer(Struct, frozen=True):
    findings: pl.DataFrame
    missing: pl.DataFrame
    """Tables that were not read whole."""
    undecided: pl.DataFrame = field(default_factory=lambda: empty("unknowns"))
    clear: int = 0
    not_applicable: int = 0
    degraded: int = 0


def judge(view: View, checks: Iterable[Check]) -> Judged:
    """Every check's answers. A check that raises becomes an error finding of its own; the others go on."""
    findings, undecided, tallies, errors = [empty("findings")], [], [], []
    for check in checks:
        try:
            answers = [_answer(check, asked, view) for asked in questions(check, view)]
        except Exception as error:  # noqa: BLE001 - whatever a check does wrong, it must stay one check's fault
            kind = type(error).__name__
            errors.append(f"check {check.id} raised {kind}; its subjects are not assessed")
            findings.append(error_of(check, kind))
            tallies.append({"check": check.id, "error": 1})
            continue
        told = said([answer.undecided for answer in answers], [answer.missing for answer in answers])
        if not told.is_empty():
            undecided.append((check, told))
        found = [answer.findings for answer in answers]
        findings += found
        accepted = sum(int((one["result"] == "accepted").sum()) for one in found)
        tallies.append(
            {
                "check": check.id,
                "gap": sum(one.height for one in found) - accepted,
                "accepted": accepted,
                "clear": sum(answer.clear for answer in answers),
                "unknown": int(told["subjects"].sum() or 0),
                "not_applicable": sum(answer.not_applicable for answer in answers),
                "degraded": sum(answer.degraded for answer in answers),
            }
        )
    return Judged(
        pl.concat(findings).sort("check", "subject", "discriminator"),
        unknowns(undecided),
        frame("tallies", tallies),
        tuple(errors),
    )


def _answer(check: Check, asked: Verdicts, view: View) -> _Answer:
    if view.estate[asked.noun].is_empty():
        # Nobody to ask about: what is left to say is what was not read.
        return _Answer(empty("findings"), missing_rows(asked, True, view))
    rows = rows_of(asked, view)
    judged = answers_of(check, asked, rows, view)
    counts = dict(judged["_result"].value_counts().iter_rows())
    gaps = rows.filter(judged["_result"] == "gap")
    return _Answer(
        findings_of(check, asked, gaps, view),
        missing_rows(asked, False, view),
        unknowns_of(asked, judged.filter(pl.col("_result") == "unknown")),
        counts.get("clear", 0),
        counts.get("not applicable", 0),
        _degraded(asked.noun, judged, view),
    )


def _degraded(noun: str, judged: pl.DataFrame, view: View) -> int:
    """How many clear subjects are such that controls work on them only in part."""
    marked = view.kept(f"degraded:{noun}", lambda v: degraded(v).filter(noun=noun)["subject"].unique())
    if marked.is_empty():
        return 0
    return judged.filter(pl.col("_result") == "clear", pl.col("key").is_in(marked.implode())).height
