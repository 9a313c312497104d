"""Identities and credentials that several agents use."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import at_least
from posture.checks.subjects import OURS
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Several agents share one identity or credential",
    why="Each of them has the rights of all, and no action can be told apart.",
    fix="Give each agent an identity of its own, cut to its task.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="replace",
    controls=(
        "owasp-nhi-top10/NHI9:2025",
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI07",
        "csa-maestro/L3",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MEASURE 2.8",
        "nist-ai-rmf-1.0/GOVERN 3.2",
        "nist-csf-2.0/PR.AA-02",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0053",
        "mitre-atlas/AML.T0012",
    ),
)
def shared_agent_role(view: View) -> tuple[Verdicts, ...]:
    shared, says = at_least("agents_using", 2), "{agents_using} agents: {agents_using_names}"
    expected, unknown = "one agent each", "not all agents that use it are known"
    return (
        verdicts("identities", applies=OURS, gap=shared, says=says, expected=expected, unknown=unknown),
        verdicts("credentials", applies=c.live, gap=shared, says=says, expected=expected, unknown=unknown),
    )
