"""Tools that are not what was approved."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Tool changed since it was approved",
    why="A new description or parameter is a new instruction to the model.",
    fix="Read the difference, approve the tool anew or remove it.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="pin-third-party",
    controls=(
        "owasp-nhi-top10/NHI3:2025",
        "owasp-asi-top10/ASI04",
        "owasp-asi-top10/ASI02",
        "csa-maestro/L7",
        "csa-maestro/L3",
        "nist-ai-rmf-1.0/MEASURE 2.4",
        "nist-ai-rmf-1.0/MANAGE 3.1",
        "nist-csf-2.0/ID.RA-09",
        "nist-csf-2.0/DE.CM-09",
        "mitre-atlas/AML.T0110",
        "mitre-atlas/AML.T0109",
        "mitre-atlas/AML.T0099",
    ),
)
def tool_definition_drift(view: View) -> Verdicts:
    return verdicts(
        "tools",
        gap=c.definition != c.approved_definition,
        says="definition {definition:short} was not approved; approved: {approved_definition:short}",
        expected="the definition that was approved",
        unknown="no approved definition to compare with",
        reason="baseline_first_run",
    )
