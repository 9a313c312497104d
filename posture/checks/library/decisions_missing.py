"""Decisions that leave no trace."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import any_of, at_least
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Approvals, denials or issuances are not logged, or not for long",
    why="Without the decisions nobody can show that a control worked.",
    fix="Log all three, and keep them for a year.",
    severity=Severity.MEDIUM,
    raised=Severity.MEDIUM,
    action="log-events",
    controls=(
        "owasp-nhi-top10/NHI10:2025",
        "owasp-asi-top10/ASI09",
        "owasp-asi-top10/ASI10",
        "csa-maestro/L5",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MEASURE 2.8",
        "nist-ai-rmf-1.0/GOVERN 4.3",
        "nist-csf-2.0/PR.PS-04",
        "nist-csf-2.0/RS.AN-06",
        "mitre-atlas/AML.T0053",
    ),
    settings=("limits.log_retention",),
)
def decisions_missing(view: View) -> Verdicts:
    kept = view.limits.log_retention
    return verdicts(
        "agents",
        gap=any_of(~at_least("decision_events", 3), c.retention < kept),
        says="{decision_events} of 3 kinds logged: {decision_events_names}; kept {retention} days",
        expected=f"approval, denial and issuance, kept {kept} days",
        unknown="its logs were not given",
        reason="no_source",
    )
