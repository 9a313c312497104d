"""Secrets that lie in several places."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import at_least
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="One secret value is kept in several places",
    why="Rotation misses the copy that nobody remembers.",
    fix="Keep it in one store and let every user refer to it.",
    severity=Severity.MEDIUM,
    raised=Severity.MEDIUM,
    action="rotate",
    controls=(
        "owasp-nhi-top10/NHI9:2025",
        "owasp-nhi-top10/NHI2:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.AA-01",
        "mitre-atlas/AML.T0055",
    ),
)
def duplicate_stores(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        applies=c.live,
        gap=at_least("places", 2),
        says="{places} places: {places_names}",
        expected="one place",
        unknown="not all places were read",
    )
