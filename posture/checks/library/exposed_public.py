"""Secrets that anybody can read."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Live secret is publicly readable",
    why="It has been found by others before it was found here.",
    fix="Revoke it within the hour, then look at what was done with it.",
    severity=Severity.CRITICAL,
    raised=Severity.CRITICAL,
    action="contain",
    controls=(
        "owasp-nhi-top10/NHI2:2025",
        "owasp-nhi-top10/NHI7:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "csa-maestro/L4",
        "nist-ai-rmf-1.0/MANAGE 1.3",
        "nist-ai-rmf-1.0/MANAGE 4.1",
        "nist-csf-2.0/RS.MI-01",
        "nist-csf-2.0/PR.AA-01",
        "mitre-atlas/AML.T0055",
        "mitre-atlas/AML.T0012",
        "mitre-atlas/AML.T0095.000",
    ),
)
def exposed_public(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        gap=all_of(any_of(c.exposed_public, c.exposure == "public"), c.live),
        says="seen in {public_surfaces} ({public_place}), since: {public_detected:date}; "
        "known users: {consumers_names}",
        expected="no public copy, or proof that the value is dead",
        unknown="no scan of public places was given",
        reason="no_source",
    )
