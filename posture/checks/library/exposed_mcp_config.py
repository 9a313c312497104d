"""Literal secrets in the configuration of agents."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of, at_least
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Inline secret in the configuration of an agent or its tools",
    why="Every tool, user and backup of that machine can read it.",
    fix="Revoke it, issue a new one into a managed store, and let the configuration refer to it.",
    severity=Severity.CRITICAL,
    raised=Severity.CRITICAL,
    action="contain",
    controls=(
        "owasp-nhi-top10/NHI2:2025",
        "owasp-nhi-top10/NHI7:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI04",
        "csa-maestro/L3",
        "csa-maestro/L7",
        "nist-ai-rmf-1.0/MANAGE 1.3",
        "nist-ai-rmf-1.0/MAP 4.2",
        "nist-csf-2.0/RS.MI-01",
        "nist-csf-2.0/PR.PS-01",
        "mitre-atlas/AML.T0083",
        "mitre-atlas/AML.T0055",
        "mitre-atlas/AML.T0112.000",
    ),
)
def exposed_mcp_config(view: View) -> Verdicts:
    literal = all_of(c.store == "configuration", c.exposure == "internal")
    return verdicts(
        "credentials",
        applies=any_of(at_least("agents_using", 1), c.exposed_configuration, literal),
        gap=all_of(any_of(c.exposed_configuration, literal), c.live),
        says="kind {kind}, a literal value at {at} of {file}",
        expected="a reference to a managed store or to the environment",
        unknown="no agent configuration was read there",
        reason="no_source",
    )
