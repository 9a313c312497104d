"""Approvals that stand in for a fix."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Approval stands in for replacing a static secret",
    why="The thief of the secret does not ask for approval.",
    fix="Replace the secret by tokens per task; keep the approval for the action.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="just-in-time",
    controls=(
        "owasp-nhi-top10/NHI7:2025",
        "owasp-asi-top10/ASI09",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MAP 3.5",
        "nist-ai-rmf-1.0/MANAGE 1.3",
        "nist-csf-2.0/PR.AA-05",
        "nist-csf-2.0/PR.AA-01",
        "mitre-atlas/AML.T0012",
    ),
    settings=("limits.manual_reissue",),
)
def approval_props_secret(view: View) -> Verdicts:
    return verdicts(
        "agents",
        applies=any_of(c.approved, c.autonomy == "autonomous"),
        gap=any_of(
            all_of(c.approved, c.holds_long_lived),
            all_of(c.autonomy == "autonomous", c.reissued_by_hand),
        ),
        says="approval: {approved}, long-lived secret: {holds_long_lived}, by hand: {reissued_by_hand}",
        expected=f"no long-lived secret behind an approval, none issued by hand "
        f"above {view.limits.manual_reissue:g} runs a day",
        unknown="what it holds, or who approves it, is not known",
    )
