"""What the report rests on: limits, evidence, signatures, words."""

from __future__ import annotations

import polars as pl

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.reports.pages.words import code, safe, table, when

_LISTED = 100


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
    return "## Limits\n\n" + "\n".join(f"- {safe(line)}" for line in lines)


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
    return (
        "## Words\n\n"
        + table(("word", "meaning"), [(word, meaning) for word, meaning in words])
        + "\nLoose labels in articles, and what we read them as:\n\n"
        + table(("label", "our reading"), aliases)
    )
