"""What is missing: findings by severity, what was not assessed, what people must say, what was accepted."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.reports.names import Names, listed
from posture.reports.pages.words import code, count, safe, table, when

_SUBJECTS = {"critical": 8, "high": 6, "medium": 4, "low": 3}
"""Rows shown per check; the rest is counted."""
_UNKNOWN = 40
_TEXTS = 4
_TABLES = r"^[a-z_, ]+ (?:not read|read in part): "
"""Which tables of a check are blind for a reason; the reason is told once for all of them."""
_SEEN = 240
"""Characters of what was seen; the JSON report holds all."""
_COMPENSATIONS = {
    "vaulted": "vault",
    "scope_reduced": "reduced scope",
    "monitored": "monitor",
    "runbook": "runbook",
}
_WORDS = tuple(_SUBJECTS)


def findings(assessment: Assessment, frameworks: Frameworks) -> str:
    """Per severity and check one block; rows with one cause are one row of each severity."""
    found = assessment.frame("findings").filter(pl.col("result") != "accepted")
    if found.is_empty():
        return "## Gaps\n\nNo gap was found by the checks on what was assessed.\n" + _undecided(assessment)
    names = Names(assessment.tables)
    titles = {check.id: check.title for check in assessment.overview.checks}
    cited = {check.id: check.controls for check in assessment.overview.checks}
    grouped = (
        found.with_columns(
            pl.col("severity").replace_strict({w: n for n, w in enumerate(_WORDS)}).alias("rank")
        )
        .group_by("check", "cause", "rank")
        .agg(
            pl.len().alias("subjects"),
            pl.col("subject", "observed", "file", "at").sort_by("subject").first(),
            pl.col("may_be_higher").any(),
        )
        .sort("rank", "check", "cause")
    )
    causes = found.select("check", "cause").n_unique()
    parts = [
        "## Gaps\n",
        f"{count(len(found), 'gap')} from {count(causes, 'cause')}, worst first. "
        "Each line is one cause of one severity; the JSON and CSV reports hold every subject.\n",
    ]
    for rank, word in enumerate(_WORDS):
        own = grouped.filter(pl.col("rank") == rank)
        if own.is_empty():
            continue
        parts.append(f"### {word.capitalize()} ({int(own['subjects'].sum())})\n")
        counted = own.group_by("check").agg(pl.col("subjects").sum().alias("all"), pl.len().alias("causes"))
        ranked = counted.sort("all", "check", descending=[True, False])
        for check, number, _ in ranked.iter_rows():
            rows = own.filter(pl.col("check") == check)
            parts.append(f"**{safe(titles.get(check, check))}** ({check}, {number})\n")
            parts.extend(_texts(cited.get(check, ()), frameworks))
            parts.extend(_rows(rows.head(_SUBJECTS[word]), names))
            if len(rows) > _SUBJECTS[word]:
                parts.append(f"- {len(rows) - _SUBJECTS[word]} more")
            parts.append("")
    parts.append(_undecided(assessment))
    return "\n".join(parts)


def _texts(controls: tuple[str, ...], frameworks: Frameworks) -> list[str]:
    """Guides and analyses that speak to what the check is about."""
    texts = [
        f"*{safe(text.title)}* ({safe(text.publisher)})"
        for text in frameworks.publications_for(controls)
        if text.kind != "article"
    ]
    return [f"More: {listed(texts, _TEXTS)}\n"] if texts else []


def _rows(rows: pl.DataFrame, names: Names) -> Iterable[str]:
    for row in rows.iter_rows(named=True):
        more = f" and {row['subjects'] - 1} more" if row["subjects"] > 1 else ""
        higher = " (may be higher)" if row["may_be_higher"] else ""
        where = f" {code(row['file'] + ('#' if row['at'] else '') + row['at'])}" if row["file"] else ""
        yield f"- {safe(names.of(row['subject']))}{more}: {safe(row['observed'], _SEEN)}{higher}{where}"


def _undecided(assessment: Assessment) -> str:
    """What is missing, and which checks wait for it: most checks first."""
    unknown = (
        assessment.tables["unknowns"]
        .with_columns(pl.col("says").str.replace(_TABLES, ""))
        .group_by("says")
        .agg(
            pl.col("subjects").sum(),
            pl.col("check").unique().sort().alias("checks"),
        )
        .sort(pl.col("checks").list.len(), "subjects", "says", descending=[True, True, False])
        .collect()
    )
    if unknown.is_empty():
        return ""
    rows = [
        (safe(row["says"]), listed(row["checks"], 3), str(row["subjects"]))
        for row in unknown.head(_UNKNOWN).iter_rows(named=True)
    ]
    more = f"\n{len(unknown) - len(rows)} further reasons: JSON report.\n" if len(unknown) > len(rows) else ""
    return "### Not assessed\n\n" + table(("what is missing", "checks", "subjects"), rows, right=(2,)) + more


def attestations(assessment: Assessment, frameworks: Frameworks) -> str:
    """What only people can say, and whether they did."""
    answered = assessment.frame("decisions").filter(pl.col("kind") == "attestation")
    said = dict(answered.select("subject", "expires").iter_rows())
    questions = frameworks.questions()
    rows = [
        (
            question.id,
            safe(question.question),
            safe(question.who),
            when(said[question.id]) if question.id in said else "–",
        )
        for question in questions
    ]
    number = sum(question.id in said for question in questions)
    return f"## What people must say\n\n{number} of {len(questions)} questions are answered.\n\n" + table(
        ("", "question", "who", "answered until"), rows
    )


_EXCUSING = ("exception", "acceptance", "false-positive")
"""Decisions that excuse a gap: of a long-lived credential, of anything else, and as wrongly found."""


def exceptions(assessment: Assessment, _frameworks: Frameworks) -> str:
    """Exceptions with owner, approver and end."""
    held = (
        assessment.frame("decisions")
        .filter(pl.col("kind").is_in(_EXCUSING))
        .sort("expires", "subject", nulls_last=False)
    )
    crossing = _crossing(assessment, set(held["subject"]))
    if held.is_empty():
        return f"## Exceptions\n\nNone are recorded.\n{crossing}"
    names = Names(assessment.tables)
    as_of = assessment.overview.as_of
    rows = [
        (
            safe(names.of(row["subject"])),
            row["check"] or "all checks",
            safe(row["author"] or "nobody"),
            safe(row["approver"] or "nobody"),
            when(row["expires"])
            + (" (expired)" if row["expires"] and as_of and row["expires"] < as_of else ""),
            row["ground"] or "–",
            listed([words for name, words in _COMPENSATIONS.items() if row[name]], 4) or "none stated",
            safe(row["reason"] or "–"),
        )
        for row in held.iter_rows(named=True)
    ]
    head = ("subject", "check", "author", "approver", "until", "ground", "compensations", "reason")
    return "## Exceptions\n\n" + table(head, rows) + crossing


def _crossing(assessment: Assessment, excepted: set[str]) -> str:
    """What works across tasks is an exception of high risk, and ought to stand here with owner and end."""
    found = assessment.frame("findings").filter(
        pl.col("check") == "reused-across-tasks", ~pl.col("subject").is_in(sorted(excepted))
    )
    if found.is_empty():
        return ""
    names = Names(assessment.tables)
    which = listed([safe(names.of(key)) for key in found["subject"].unique().sort()], 6)
    return f"\nCredentials that work across tasks, without an exception that has owner and end: {which}.\n"
