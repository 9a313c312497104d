"""What the report rests on: limits, evidence, signatures, words."""

from __future__ import annotations

import polars as pl

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.reports.names import Names, listed
from posture.reports.pages.words import code, safe, table, when

_LISTED, _NAMED = 100, 6


def limitations(assessment: Assessment, _frameworks: Frameworks) -> str:
    """What was not assessed, and what the figures are not."""
    overview = assessment.overview
    lines = [
        *overview.errors,
        *overview.blind,
        *(f"assumes: {assumption}" for assumption in overview.assumptions),
        *(f"{name} is of {date}" for name, date in sorted(overview.reference.items())),
        "Path risk and its factors are ordinal planning weights, not probabilities.",
        "Unknown is not health: what was not read lowers what is claimed.",
    ]
    register = _degraded(assessment)
    return "## Limits\n\n" + "\n".join(f"- {safe(line)}" for line in lines) + (register and f"\n\n{register}")


def _degraded(assessment: Assessment) -> str:
    """Where controls work only in part: clear says less there, and a control is clear in part at most."""
    rows = assessment.frame("degraded")
    if rows.is_empty():
        return ""
    names = Names(assessment.tables)
    grouped = rows.group_by("noun", "because").agg(pl.col("subject").sort()).sort("noun", "because")
    lines = [
        (row["noun"], safe(row["because"]), str(len(row["subject"])), _few(names, row["subject"]))
        for row in grouped.iter_rows(named=True)
    ]
    return (
        "### Where controls degrade\n\nWhat is clear on these subjects is counted as clear in part.\n\n"
        + table(("what", "why", "subjects", "which"), lines, right=(2,))
    )


def _few(names: Names, keys: list[str]) -> str:
    return listed([safe(names.of(key)) for key in keys], _NAMED)


def evidence(assessment: Assessment, _frameworks: Frameworks) -> str:
    """Every file that was read, by its digest."""
    read = assessment.frame("inputs").filter(pl.col("sha256") != "").sort("file")
    rows = [
        (code(row["file"]), safe(row["source"]), when(row["collected_at"]), code(row["sha256"][:16]))
        for row in read.head(_LISTED).iter_rows(named=True)
    ]
    more = f"\n{len(read) - len(rows)} more files are in the JSON report." if len(read) > len(rows) else ""
    return (
        "## Evidence\n\nNo secret value is kept anywhere; the digests are of the files as read.\n\n"
        + table(("file", "source", "collected", "SHA-256 starts"), rows)
        + more
    )


def sign_off(assessment: Assessment, _frameworks: Frameworks) -> str:
    """Who stands for it; blank in a draft."""
    digest = code(assessment.overview.digest)
    roles = [("Prepared", "", "", ""), ("Reviewed", "", "", ""), ("Accepted", "", "", "")]
    return f"## Sign-off\n\nSigned over input digest {digest}.\n\n" + table(
        ("", "name", "role", "date"), roles
    )


def glossary(_assessment: Assessment, frameworks: Frameworks) -> str:
    """Figures for context, loose labels, and the words of this report."""
    words = [
        ("gap, clear, unknown", "the three answers of a check; what could not be decided is never clear"),
        ("standing privilege", "a permission without an end or an activation step"),
        ("choke point", "what carries much of the path risk: one fix there breaks many paths"),
        ("blast radius", "what falls if this one thing is taken over"),
        ("conditional", "depends on something that the input does not settle"),
    ]
    aliases = [
        (safe(alias.label), safe(", ".join(str(ref) for ref in alias.reads_as)))
        for alias in frameworks.aliases()
    ]
    figures = [
        (
            f"{figure.value} {figure.unit}",
            safe(figure.says),
            safe(f"{figure.publisher}, {figure.title}, {figure.year}"),
            safe(figure.population),
            safe(figure.caution),
        )
        for figure in frameworks.figures()
    ]
    texts = [
        (safe(text.title), safe(text.publisher), text.updated or "–", safe(text.topic))
        for text in frameworks.publications()
    ]
    return (
        "## Words\n\n"
        + table(("word", "meaning"), [(word, meaning) for word, meaning in words])
        + "\nLoose labels in articles, none of them a published id, and how we read them:\n\n"
        + table(("label", "our reading"), aliases)
        + "\n### Figures\n\nContext, not evidence about this organisation; no figure enters a score.\n\n"
        + table(("figure", "of what", "publisher, title, year", "population", "caution"), figures)
        + "\n### Texts behind the demands\n\n"
        + table(("title", "publisher", "as of", "what it says"), texts)
    )
