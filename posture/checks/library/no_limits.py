"""Autonomous agents without a brake."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Autonomous agent has no limits",
    why="A loop or a hijack runs until somebody notices the bill or the damage.",
    fix="Cap actions, retries, spend and depth, and break the circuit beyond.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    weight=Severity.HIGH,
    action="enforce-policy",
    controls=(
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI08",
        "owasp-asi-top10/ASI10",
        "csa-maestro/L3",
        "csa-maestro/L5",
        "nist-ai-rmf-1.0/MEASURE 2.6",
        "nist-ai-rmf-1.0/MANAGE 2.4",
        "nist-csf-2.0/PR.IR-03",
        "nist-csf-2.0/PR.IR-04",
        "mitre-atlas/AML.T0034.002",
        "mitre-atlas/AML.T0029",
    ),
)
def no_limits(view: View) -> Verdicts:
    return verdicts(
        "agents",
        applies=c.autonomy == "autonomous",
        gap=~c.limited,
        raised=c.tools_write,
        says="enforced limits: {limited}; hand-overs {depth} deep",
        expected="enforced caps on actions, retries, spend and depth",
        unknown="nothing says which limits hold",
    )
