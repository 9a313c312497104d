"""Destructive tools that take any text."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, allows
from posture.checks.subjects import OUTWARD
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Destructive tool takes unlimited parameters",
    why="Whatever the model writes becomes the query, the path or the address.",
    fix="Limit the parameter to a list or a pattern, and offer a dry run.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="limit-tools",
    controls=(
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI02",
        "owasp-asi-top10/ASI05",
        "csa-maestro/L3",
        "nist-ai-rmf-1.0/MAP 4.2",
        "nist-ai-rmf-1.0/MEASURE 2.6",
        "nist-csf-2.0/PR.PS-05",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0101",
        "mitre-atlas/AML.T0053",
    ),
)
def unconstrained_destructive_tool(view: View) -> Verdicts:
    return verdicts(
        "tools",
        applies=all_of(c.usable, allows("effects", OUTWARD)),
        gap=c.free_parameter,
        says="a parameter acts as query, command, path or address without limits",
        expected="limited parameters",
        unknown="the tool's parameters or effects were not read",
    )
