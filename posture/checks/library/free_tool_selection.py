"""Agents that pick any tool."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Agent selects its tools freely",
    why="It may combine tools in ways that nobody approved.",
    fix="Allow a list per task, and approve what is discovered.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="limit-tools",
    controls=(
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI02",
        "owasp-asi-top10/ASI01",
        "csa-maestro/L3",
        "csa-maestro/L7",
        "nist-ai-rmf-1.0/MAP 3.3",
        "nist-csf-2.0/PR.PS-05",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0053",
        "mitre-atlas/AML.T0011.002",
    ),
)
def free_tool_selection(view: View) -> Verdicts:
    return verdicts(
        "agents",
        gap=c.selection == "free",
        says="tool selection: {selection}",
        expected="an allow-list or a fixed set",
        unknown="nothing says how it selects tools",
    )
