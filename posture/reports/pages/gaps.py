"""What is missing: findings by severity, controls by status, what people must say, what was accepted."""

from __future__ import annotations

import polars as pl

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.model.keys import short
from posture.reports.pages.words import code, safe, table, when

_LISTED = 150
_TELLING = ("gap", "accepted", "expired", "partial", "clear")
_WORDS = ("critical", "high", "medium", "low")


def findings(assessment: Assessment, _frameworks: Frameworks) -> str:
    """One row per cause and check, worst first."""
    found = assessment.frame("findings").filter(pl.col("result") != "accepted")
    titles = {check.id: check.title for check in assessment.overview.checks}
    if found.is_empty():
        return "## Gaps\n\nNo gap was found by the checks on what was assessed."
    grouped = (
        found.with_columns(
            pl.col("severity").replace_strict({w: n for n, w in enumerate(_WORDS)}).alias("rank")
        )
        .group_by("check", "cause")
        .agg(
            pl.len().alias("subjects"),
            pl.col("rank").min(),
            pl.col("subject").min().alias("first"),
            pl.col("observed").sort_by("rank", "subject").first(),
            pl.col("may_be_higher").any(),
            pl.col("file").sort_by("subject").first(),
            pl.col("at").sort_by("subject").first(),
            pl.col("due").min(),
        )
        .sort("rank", "check", "cause")
    )
    parts = ["## Gaps\n"]
    for rank, word in enumerate(_WORDS):
        own = grouped.filter(pl.col("rank") == rank)
        if own.is_empty():
            continue
        rows = [
            (
                f"{safe(titles.get(row['check'], row['check']))} ({row['check']})",
                safe(short(row["first"]))
                + (f" and {row['subjects'] - 1} more" if row["subjects"] > 1 else ""),
                safe(row["observed"]) + (" (may be higher)" if row["may_be_higher"] else ""),
                code(f"{row['file']}#{row['at']}") if row["file"] else "",
            )
            for row in own.head(_LISTED).iter_rows(named=True)
        ]
        parts.append(f"### {word.capitalize()}\n\n" + table(("gap", "subject", "seen", "where"), rows))
        if len(own) > _LISTED:
            parts.append(f"{len(own) - _LISTED} further rows are in the JSON report.\n")
    parts.append(_undecided(assessment))
    return "\n".join(parts)


def _undecided(assessment: Assessment) -> str:
    unknown = (
        assessment.tables["unknowns"]
        .group_by("check", "says")
        .agg(pl.col("subjects").sum(), pl.col("scope").n_unique().alias("scopes"))
        .sort("check", "says")
        .collect()
    )
    if unknown.is_empty():
        return ""
    rows = [
        (row["check"], str(row["subjects"]), safe(row["says"]))
        for row in unknown.head(_LISTED).iter_rows(named=True)
    ]
    return "### Not assessed\n\n" + table(("check", "subjects", "what is missing"), rows, right=(1,))


def frameworks(assessment: Assessment, frameworks: Frameworks) -> str:
    """Counts per status, then every control with a gap or a doubt."""
    rows = assessment.frame("controls")
    parts = ["## Frameworks\n"]
    for counted in assessment.overview.frameworks:
        framework = frameworks.framework(counted.framework)
        numbers = ", ".join(f"{number} {status}" for status, number in counted.counts.items())
        own_ids = (
            ""
            if framework.official_ids
            else " Its publisher numbers nothing but the layers; other ids are ours."
        )
        parts.append(f"### {safe(counted.title)} {safe(framework.version)}\n\n{numbers}.{own_ids}\n")
        telling = rows.filter(pl.col("framework") == counted.framework, pl.col("status").is_in(_TELLING))
        if not telling.is_empty():
            parts.append(
                table(
                    ("control", "title", "status", "because"),
                    [
                        (r["control"], safe(r["title"]), r["status"], safe(r["because"]))
                        for r in telling.iter_rows(named=True)
                    ],
                )
            )
    parts.append(
        "*Clear* means that the listed checks found no gap on what was assessed at that moment. "
        "It is not a statement of compliance."
    )
    return "\n".join(parts)


def attestations(assessment: Assessment, frameworks: Frameworks) -> str:
    """What only people can say, and whether they did."""
    answered = assessment.frame("decisions").filter(pl.col("kind") == "attestation")
    said = dict(answered.select("subject", "expires").iter_rows())
    rows = [
        (
            question.id,
            safe(question.question),
            safe(question.who),
            when(said[question.id]) if question.id in said else "not answered",
        )
        for question in frameworks.questions()
    ]
    return "## What people must say\n\n" + table(("question", "", "who", "answered until"), rows)


def exceptions(assessment: Assessment, _frameworks: Frameworks) -> str:
    """Exceptions with owner, approver and end."""
    held = (
        assessment.frame("decisions").filter(pl.col("kind") == "exception").sort("expires", nulls_last=False)
    )
    if held.is_empty():
        return "## Exceptions\n\nNone are recorded."
    rows = [
        (
            code(row["subject"]),
            row["check"] or "",
            safe(row["author"] or "nobody"),
            safe(row["approver"] or "nobody"),
            when(row["expires"]),
            safe(row["reason"] or ""),
        )
        for row in held.iter_rows(named=True)
    ]
    return "## Exceptions\n\n" + table(("subject", "check", "author", "approver", "until", "reason"), rows)
