"""Exposures that were found and not ended."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Exposed secret was not revoked in time",
    why="It is known to be out, and it still opens the door.",
    fix="Revoke it now and keep the proof that the old value is refused.",
    severity=Severity.CRITICAL,
    raised=Severity.CRITICAL,
    action="contain",
    controls=(
        "owasp-nhi-top10/NHI2:2025",
        "owasp-nhi-top10/NHI1:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MANAGE 4.1",
        "nist-ai-rmf-1.0/MANAGE 2.3",
        "nist-csf-2.0/RS.MI-01",
        "nist-csf-2.0/RS.MA-03",
        "mitre-atlas/AML.T0012",
        "mitre-atlas/AML.T0055",
    ),
    settings=(
        "limits.contain_public",
        "limits.contain_internal",
    ),
)
def exposed_still_valid(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        gap=all_of(c.exposed_late, c.live),
        says="exposed for {hours_exposed} hours without proof that it is dead",
        expected=f"revoked within {view.limits.contain_public:g} h in public, "
        f"{view.limits.contain_internal:g} h inside",
        unknown="when it was found is not known, or no scan was given",
    )
