"""Tool servers that ask nobody who they are."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import absent, all_of, allows, among, any_of
from posture.checks.subjects import WRITES
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Tool server answers without authentication",
    why="Whoever reaches the port uses the tool with its rights.",
    fix="Require a token or a certificate, or bind it to the local machine.",
    severity=Severity.HIGH,
    raised=Severity.CRITICAL,
    weight=Severity.CRITICAL,
    action="tighten-trust",
    controls=(
        "owasp-nhi-top10/NHI4:2025",
        "owasp-asi-top10/ASI07",
        "owasp-asi-top10/ASI02",
        "csa-maestro/L7",
        "csa-maestro/L4",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.AA-03",
        "nist-csf-2.0/PR.IR-01",
        "mitre-atlas/AML.T0049",
        "mitre-atlas/AML.T0053",
    ),
)
def mcp_no_auth(view: View) -> Verdicts:
    return verdicts(
        "tools",
        applies=all_of(among("transport", ("http", "sse", "ws")), c.usable),
        gap=any_of(absent("authentication"), c.authentication == "none"),
        raised=allows("effects", WRITES),
        says="{host}: authentication: {authentication}",
        expected="authentication for every remote tool",
        unknown="the configuration does not say how callers authenticate",
    )
