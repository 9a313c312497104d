"""Agents without an outer limit."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import absent, all_of, any_of
from posture.checks.subjects import OURS
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="No outer limit on an identity of an agent",
    why="Whatever is attached to it tomorrow takes effect at once.",
    fix="Set a permissions boundary, or deny what agents never need at the organisation.",
    severity=Severity.MEDIUM,
    raised=Severity.MEDIUM,
    action="narrow-scope",
    controls=(
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI10",
        "csa-maestro/L4",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MANAGE 2.4",
        "nist-ai-rmf-1.0/MAP 4.2",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0053",
    ),
)
def no_boundary(view: View) -> Verdicts:
    return verdicts(
        "identities",
        applies=all_of(OURS, c("class") == "agent"),
        gap=all_of(absent("boundary"), any_of(absent("outer_deny"), ~c.outer_deny)),
        says="boundary: {boundary}; denied from above: {outer_deny}",
        expected="a boundary or a deny from above",
        unknown="boundaries or organisation policies were not read",
    )
