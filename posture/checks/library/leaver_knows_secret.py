"""Secrets that somebody took along."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Somebody left who knows the secret",
    why="It is held by a person outside the organisation, and it still works.",
    fix="Issue it anew today, and tie reading it to a role that ends with employment.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="rotate",
    controls=(
        "owasp-nhi-top10/NHI1:2025",
        "owasp-nhi-top10/NHI7:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/GOVERN 1.7",
        "nist-ai-rmf-1.0/MANAGE 4.1",
        "nist-csf-2.0/PR.AA-01",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0012",
        "mitre-atlas/AML.T0055",
    ),
)
def leaver_knows_secret(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        gap=all_of(c.leaver_knows, c.live),
        says="{leavers_names} left after it was issued {issued:date}",
        expected="issued anew after the last reader left",
        unknown="nothing names who could read it",
        reason="no_source",
    )
