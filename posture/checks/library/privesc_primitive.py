"""Identities that can give themselves more than they have."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.subjects import OURS
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Identity can escalate its own rights",
    why="What it may do today says little: one call later it may do much more.",
    fix="Take away the permission that the method needs, or confine it to resources that lead nowhere.",
    severity=Severity.HIGH,
    raised=Severity.CRITICAL,
    action="narrow-scope",
    controls=(
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L4",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0012",
    ),
)
def privesc_primitive(view: View) -> Verdicts:
    return verdicts(
        "identities",
        applies=OURS,
        gap=c.escalates,
        raised=c.escalates_far,
        says="by {escalation_methods}; leads to {escalations_names}",
        expected="no way from its own permissions to stronger ones",
        unknown="a way hangs on a condition, or its policies were not read",
        reason="conditional",
    )
