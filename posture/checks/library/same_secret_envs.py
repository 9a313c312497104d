"""Secrets that open two worlds."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import at_least
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="One secret value serves several environments",
    why="Whoever reads it where it is easy uses it where it hurts.",
    fix="Issue a value of its own for each environment.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="separate",
    controls=(
        "owasp-nhi-top10/NHI8:2025",
        "owasp-nhi-top10/NHI9:2025",
        "owasp-nhi-top10/NHI2:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L4",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.IR-01",
        "nist-csf-2.0/PR.AA-01",
        "mitre-atlas/AML.T0055",
    ),
)
def same_secret_envs(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        applies=c.live,
        gap=at_least("environments", 2),
        says="the value lies in {environments_names}: {places_names}",
        expected="one environment per value",
        unknown="not all places were read, or not which environment they serve",
    )
