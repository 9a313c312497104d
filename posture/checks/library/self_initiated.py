"""Agents that start themselves."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Agent starts work without fresh authorisation",
    why="It decides by itself when it acts, on rights that were given for something else.",
    fix="Ask for a grant or a decision at the start of each run.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="enforce-policy",
    controls=(
        "owasp-nhi-top10/NHI9:2025",
        "owasp-asi-top10/ASI10",
        "owasp-asi-top10/ASI01",
        "csa-maestro/L3",
        "csa-maestro/L7",
        "nist-ai-rmf-1.0/MANAGE 2.4",
        "nist-ai-rmf-1.0/MEASURE 2.4",
        "nist-csf-2.0/PR.AA-05",
        "nist-csf-2.0/DE.CM-09",
        "mitre-atlas/AML.T0108",
    ),
)
def self_initiated(view: View) -> Verdicts:
    return verdicts(
        "agents",
        gap=c.self_started,
        says="runs were started by an agent without authorisation",
        expected="a grant or decision per run",
        unknown="no record of its runs was given",
        reason="no_source",
    )
