"""Agents that no register lists."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import absent, all_of, any_of, at_least
from posture.checks.subjects import OURS
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Agent runs without being registered",
    why="Nobody decided that it may run, so nobody watches it.",
    fix="Register it with owner and purpose, or switch it off.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    weight=Severity.HIGH,
    action="assign-owner",
    controls=(
        "owasp-nhi-top10/NHI1:2025",
        "owasp-asi-top10/ASI10",
        "owasp-asi-top10/ASI04",
        "csa-maestro/L7",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/GOVERN 1.6",
        "nist-ai-rmf-1.0/MAP 1.1",
        "nist-csf-2.0/ID.AM-02",
        "nist-csf-2.0/ID.AM-08",
        "mitre-atlas/AML.T0103",
    ),
)
def shadow_agent(view: View) -> tuple[Verdicts, ...]:
    found = verdicts(
        "agents",
        gap=any_of(~c.registered, absent("purpose")),
        raised=at_least("credentials", 1),
        says="registered: {registered}; purpose: {purpose}",
        expected="an entry in the register, with a purpose",
        unknown="no register of agents was given",
        reason="no_source",
    )
    # An agent that is known by its service account alone is not known.
    nameless = verdicts(
        "identities",
        applies=all_of(OURS, c("class") == "agent"),
        gap=~at_least("agents_using", 1),
        says="an identity of agents, and no agent is known that uses it",
        expected="the agent itself in the inventory, with owner and purpose",
        unknown="nothing says which agents there are, or what they run as",
    )
    return found, nameless
