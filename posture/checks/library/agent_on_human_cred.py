"""Agents that act as people."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of, reaches_any
from posture.checks.subjects import ADMIN
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Agent acts with the credential of a person",
    why="It may do all that the person may, and the log blames the person.",
    fix="Give the agent an identity of its own, or a delegated token that names both.",
    severity=Severity.HIGH,
    raised=Severity.CRITICAL,
    action="replace",
    controls=(
        "owasp-nhi-top10/NHI10:2025",
        "owasp-nhi-top10/NHI4:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI09",
        "csa-maestro/L6",
        "csa-maestro/L7",
        "nist-ai-rmf-1.0/GOVERN 3.2",
        "nist-ai-rmf-1.0/MEASURE 2.8",
        "nist-csf-2.0/PR.AA-02",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0012",
        "mitre-atlas/AML.T0091.000",
    ),
)
def agent_on_human_cred(view: View) -> Verdicts:
    return verdicts(
        "agents",
        gap=any_of(c.holds_personal, c.acts_as_human),
        raised=all_of(c.acts_as_human, reaches_any(ADMIN)),
        says="holds {personal_names}; acts as a person: {acts_as_human}",
        expected="an identity of its own, or delegation that names both",
        unknown="not all that it holds was read, or not whose it is",
    )
