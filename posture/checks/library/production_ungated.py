"""Agents that went live without a gate."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import absent, any_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Production agent lacks owner, monitor or override",
    why="It works for customers while nobody answers for it, watches it or can stop it.",
    fix="Take it out of production until all three are there.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="model-threats",
    controls=(
        "owasp-nhi-top10/NHI1:2025",
        "owasp-asi-top10/ASI10",
        "owasp-asi-top10/ASI09",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/GOVERN 2.1",
        "nist-ai-rmf-1.0/MEASURE 2.4",
        "nist-ai-rmf-1.0/MANAGE 1.1",
        "nist-ai-rmf-1.0/MANAGE 2.4",
        "nist-csf-2.0/GV.RR-02",
        "nist-csf-2.0/DE.CM-09",
        "nist-csf-2.0/ID.RA-06",
    ),
)
def production_ungated(view: View) -> Verdicts:
    return verdicts(
        "agents",
        applies=c.environment == "production",
        gap=any_of(absent("owner"), ~c.owner_active, ~c.monitored, ~c.overridable),
        says="owner: {owner}, monitored: {monitored}, override: {overridable}",
        expected="an owner, a monitor and an override",
        unknown="nothing says whether all three are there",
    )
