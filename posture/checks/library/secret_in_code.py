"""Secrets in private source code."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Secret in private source or infrastructure code",
    why="Private is no control: every clone, fork and runner holds it, in every commit.",
    fix="Revoke it, and let the code refer to a managed store.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="contain",
    controls=(
        "owasp-nhi-top10/NHI2:2025",
        "owasp-nhi-top10/NHI6:2025",
        "owasp-asi-top10/ASI04",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L4",
        "nist-ai-rmf-1.0/MANAGE 1.3",
        "nist-ai-rmf-1.0/MAP 4.2",
        "nist-csf-2.0/PR.PS-06",
        "nist-csf-2.0/RS.MI-01",
        "mitre-atlas/AML.T0055",
        "mitre-atlas/AML.T0036",
    ),
)
def secret_in_code(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        gap=all_of(c.exposed_code, c.live),
        says="seen in {code_surfaces} ({code_place}), since: {code_detected:date}; "
        "known users: {consumers_names}",
        expected="no literal value in any commit or state file",
        unknown="no scan of repositories was given",
        reason="no_source",
    )
