"""Agents without an identity of their own."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Agent has no workload identity of its own",
    why="It cannot be told apart, cut down or stopped by itself.",
    fix="Give it an attested identity that nothing else uses.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="replace",
    controls=(
        "owasp-nhi-top10/NHI4:2025",
        "owasp-nhi-top10/NHI9:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "csa-maestro/L7",
        "nist-ai-rmf-1.0/GOVERN 1.6",
        "nist-ai-rmf-1.0/MEASURE 2.8",
        "nist-csf-2.0/PR.AA-02",
        "nist-csf-2.0/PR.AA-03",
        "mitre-atlas/AML.T0012",
    ),
)
def no_workload_identity(view: View) -> Verdicts:
    return verdicts(
        "agents",
        gap=~c.own_identity,
        says="identities: {identities_names}; one that nothing else uses: {own_identity}",
        expected="an attested identity that nothing else uses",
        unknown="not all that it runs as was read",
    )
