"""Credentials that nothing revokes."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of, at_least
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Nothing revokes the credential when the task ends",
    why="A paused or finished agent keeps its access.",
    fix="Hook revocation to the end of the task and to every change of state.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="just-in-time",
    controls=(
        "owasp-nhi-top10/NHI7:2025",
        "owasp-nhi-top10/NHI1:2025",
        "owasp-asi-top10/ASI10",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L3",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MANAGE 2.4",
        "nist-ai-rmf-1.0/MANAGE 4.1",
        "nist-csf-2.0/PR.AA-01",
        "nist-csf-2.0/RS.MI-01",
        "mitre-atlas/AML.T0012",
    ),
    settings=("limits.revocation_lag",),
)
def no_auto_revoke(view: View) -> Verdicts:
    limit = view.limits.revocation_lag
    return verdicts(
        "credentials",
        applies=all_of(any_of(at_least("agents_using", 1), c.holder == "agent"), c.live),
        gap=any_of(
            ~c.revoked_at_task_end,
            ~c.revoked_on_state_change,
            all_of(c.revocation_lag > limit * 60, c.used_by_autonomous),
        ),
        says="at end: {revoked_at_task_end}, on change: {revoked_on_state_change}, after {revocation_lag} s",
        expected=f"both, within {limit:g} minutes",
        unknown="nothing says what revokes it",
    )
