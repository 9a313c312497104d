"""Agents with more tools than they were meant to have."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import any_of, at_least
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Agent has tools beyond its declared purpose",
    why="Every extra tool is a way that nobody thought about.",
    fix="Remove the tool, or declare it with the reason.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    weight=Severity.HIGH,
    action="limit-tools",
    controls=(
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI02",
        "owasp-asi-top10/ASI01",
        "csa-maestro/L3",
        "csa-maestro/L7",
        "nist-ai-rmf-1.0/MAP 2.1",
        "nist-ai-rmf-1.0/MAP 3.3",
        "nist-csf-2.0/PR.AA-05",
        "nist-csf-2.0/PR.PS-05",
        "mitre-atlas/AML.T0053",
        "mitre-atlas/AML.T0085.001",
    ),
    settings=("limits.tool_unused",),
)
def tools_exceed_purpose(view: View) -> Verdicts:
    return verdicts(
        "agents",
        applies=at_least("declared", 1),
        gap=any_of(at_least("undeclared", 1), c.declared_idle),
        raised=c.undeclared_write,
        says="not declared: {undeclared_names}; a declared tool idle: {declared_idle}",
        expected=f"only declared tools, each used within {view.limits.tool_unused} days",
        unknown="nothing declares its tools, or not all of them were read",
    )
