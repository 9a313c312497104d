"""Accesses that nobody looked at for long."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of, known_none_or, reaches, reaches_any
from posture.checks.subjects import DESTROYS, MACHINE
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Access review is overdue",
    why="Rights only ever grow where nobody asks whether they are still needed.",
    fix="Review it, remove what is not used, and record the date.",
    severity=Severity.MEDIUM,
    raised=Severity.MEDIUM,
    action="assign-owner",
    controls=(
        "owasp-nhi-top10/NHI1:2025",
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/GOVERN 1.5",
        "nist-ai-rmf-1.0/MEASURE 3.1",
        "nist-csf-2.0/PR.AA-05",
        "nist-csf-2.0/GV.OV-03",
        "mitre-atlas/AML.T0012",
    ),
    settings=(
        "limits.review_privileged",
        "limits.review",
    ),
)
def recert_overdue(view: View) -> tuple[Verdicts, ...]:
    strict, usual = view.limits.review_privileged, view.limits.review
    privileged = any_of(c("class") == "agent", reaches_any(DESTROYS), reaches("criticality", 5))
    due = any_of(view.older("reviewed", usual), all_of(privileged, view.older("reviewed", strict)))
    says = "last reviewed: {reviewed:date}"
    return (
        verdicts(
            "identities",
            applies=MACHINE,
            gap=known_none_or("reviewed", due),
            says=says,
            expected=f"reviewed within {strict} days if privileged, else {usual}",
            unknown="nothing says when it was reviewed",
        ),
        verdicts(
            "agents",
            gap=known_none_or("reviewed", view.older("reviewed", strict)),
            says=says,
            expected=f"reviewed within {strict} days",
            unknown="nothing says when it was reviewed",
        ),
    )
