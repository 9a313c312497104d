"""Brokers that hand on too much."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import any_of, at_least
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Handed-on access is wider than the next agent needs",
    why="The weakest agent of the chain works with the rights of the strongest.",
    fix="Narrow the scope at each hop, and decide and log each hop.",
    severity=Severity.HIGH,
    raised=Severity.CRITICAL,
    action="enforce-policy",
    controls=(
        "owasp-nhi-top10/NHI9:2025",
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI07",
        "owasp-asi-top10/ASI08",
        "csa-maestro/L7",
        "csa-maestro/L3",
        "nist-ai-rmf-1.0/MAP 4.2",
        "nist-ai-rmf-1.0/MEASURE 2.8",
        "nist-csf-2.0/PR.AA-04",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0053",
        "mitre-atlas/AML.T0098",
    ),
)
def broker_unscoped(view: View) -> Verdicts:
    return verdicts(
        "agents",
        applies=at_least("hands_on", 1),
        gap=c.hands_on_unscoped,
        raised=any_of(c.tools_destroy, c.destroys_systems),
        says="hands on without narrowing, decision or log to {hands_on_unscoped_to_names}",
        expected="a narrower scope, a decision and a log event per hop",
        unknown="nothing says what is handed on, or how",
    )
