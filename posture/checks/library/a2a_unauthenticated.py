"""Agents that do not check each other."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import at_least
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Agents talk without authenticating each other",
    why="Whoever gets in between gives the orders.",
    fix="Use mTLS, signed messages or audience-bound tokens, and signed cards.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="federate",
    controls=(
        "owasp-nhi-top10/NHI4:2025",
        "owasp-asi-top10/ASI07",
        "csa-maestro/L7",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.AA-03",
        "nist-csf-2.0/PR.DS-02",
        "mitre-atlas/AML.T0073",
    ),
)
def a2a_unauthenticated(view: View) -> Verdicts:
    return verdicts(
        "agents",
        applies=at_least("hands_on", 1),
        gap=c.hands_on_openly,
        says="not authenticated towards {hands_on_openly_to_names}",
        expected="mutual authentication and signed cards",
        unknown="nothing says how the agents authenticate",
    )
