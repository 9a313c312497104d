"""Secrets in logs and build output."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Live secret in a log or in build output",
    why="Logs have many readers, are copied far and are kept for years.",
    fix="Revoke it, stop the print, and clear what was written.",
    severity=Severity.CRITICAL,
    raised=Severity.CRITICAL,
    action="contain",
    controls=(
        "owasp-nhi-top10/NHI2:2025",
        "owasp-nhi-top10/NHI6:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L5",
        "csa-maestro/L4",
        "nist-ai-rmf-1.0/MANAGE 1.3",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/RS.MI-01",
        "nist-csf-2.0/PR.PS-04",
        "mitre-atlas/AML.T0055",
    ),
)
def exposed_log_build(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        gap=all_of(c.exposed_log, c.live),
        says="seen in {log_surfaces} ({log_place}), since: {log_detected:date}; "
        "known users: {consumers_names}",
        expected="no copy in logs, or proof that the value is dead",
        unknown="no scan of logs and build output was given",
        reason="no_source",
    )
