"""Approvers who approve everything."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Approvals look like rubber stamps",
    why="A control that always says yes is none.",
    fix="Show a preview, ask less often, and let somebody else approve.",
    severity=Severity.MEDIUM,
    raised=Severity.MEDIUM,
    action="require-approval",
    controls=(
        "owasp-nhi-top10/NHI10:2025",
        "owasp-asi-top10/ASI09",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MAP 3.5",
        "nist-ai-rmf-1.0/MEASURE 2.8",
        "nist-csf-2.0/DE.CM-03",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0048",
    ),
    settings=(
        "limits.approval_window",
        "limits.approval_rate",
        "limits.approval_seconds",
    ),
)
def approvals_rubber_stamped(view: View) -> Verdicts:
    limits = view.limits
    return verdicts(
        "agents",
        gap=c.rubber_stamped,
        says="{approved_percent}% of {decisions} approved, in {median_seconds} s each at the median",
        expected=f"below {limits.approval_rate:.0%} or slower than {limits.approval_seconds:g} s, "
        "by somebody else, with a preview",
        unknown=f"fewer than {limits.approval_window} decisions were given",
        reason="sample_too_small",
    )
