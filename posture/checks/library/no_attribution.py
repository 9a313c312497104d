"""Logs that do not say who."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import any_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Log cannot tell which agent and task acted",
    why="An action without a name cannot be answered for.",
    fix="Log agent, task, credential and chain with every event.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    action="log-events",
    controls=(
        "owasp-nhi-top10/NHI9:2025",
        "owasp-nhi-top10/NHI10:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI07",
        "csa-maestro/L5",
        "nist-ai-rmf-1.0/MEASURE 2.8",
        "nist-csf-2.0/PR.PS-04",
        "nist-csf-2.0/DE.AE-03",
        "mitre-atlas/AML.T0091",
    ),
)
def no_attribution(view: View) -> Verdicts:
    return verdicts(
        "agents",
        gap=any_of(c.unattributed, c.shares_identity),
        raised=any_of(c.tools_destroy, c.destroys_systems),
        says="events lack agent, task, key or chain: {unattributed}; shares an identity: {shares_identity}",
        expected="all four in every event, and an identity of its own",
        unknown="its logs, or who else uses its identity, are not known",
        reason="no_source",
    )
