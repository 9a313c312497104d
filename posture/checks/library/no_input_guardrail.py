"""Agents whose input nobody filters."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="No mediation of untrusted input",
    why="Text from strangers reaches the model as it is.",
    fix="Filter, quarantine or summarise it in blocking mode before the model reads it.",
    severity=Severity.MEDIUM,
    raised=Severity.MEDIUM,
    action="sandbox",
    controls=(
        "owasp-asi-top10/ASI01",
        "csa-maestro/L1",
        "csa-maestro/L3",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.PS-05",
        "nist-csf-2.0/DE.CM-09",
        "mitre-atlas/AML.T0051",
        "mitre-atlas/AML.T0051.001",
    ),
)
def no_input_guardrail(view: View) -> Verdicts:
    return verdicts(
        "agents",
        applies=c.input != "trusted",
        gap=all_of(c.input == "open", ~c.mediated),
        says="input: {input}; a filter in blocking mode: {mediated}",
        expected="a filter in blocking mode",
        unknown="nothing says what it reads or what filters it",
    )
