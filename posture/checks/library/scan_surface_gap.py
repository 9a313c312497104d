"""Places where nobody looks for secrets."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import known_none_or
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Surface is not scanned for secrets",
    why="No finding there means that nobody looked.",
    fix="Add the surface to the scanner, or say here that it was looked at.",
    severity=Severity.MEDIUM,
    raised=Severity.MEDIUM,
    action="widen-scanning",
    controls=(
        "owasp-nhi-top10/NHI2:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L5",
        "nist-ai-rmf-1.0/MEASURE 1.1",
        "nist-ai-rmf-1.0/MEASURE 3.2",
        "nist-csf-2.0/DE.CM-09",
        "nist-csf-2.0/ID.RA-01",
        "mitre-atlas/AML.T0055",
    ),
    settings=("limits.scan_age",),
)
def scan_surface_gap(view: View) -> Verdicts:
    return verdicts(
        "scans",
        gap=known_none_or("last_run", view.older("last_run", view.limits.scan_age)),
        says="{surface}: last scanned {last_run:date}",
        expected=f"scanned within {view.limits.scan_age} days",
        unknown="nobody says when it was last scanned",
        per=c.scope,
    )
