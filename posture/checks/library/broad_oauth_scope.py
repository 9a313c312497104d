"""Grants to third parties that exceed their use."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Third-party grant is broader than what is used",
    why="The unused part serves only whoever takes over the third party.",
    fix="Grant the scopes that were used, and drop offline access.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="narrow-scope",
    controls=(
        "owasp-nhi-top10/NHI3:2025",
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI04",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L7",
        "nist-ai-rmf-1.0/MAP 4.2",
        "nist-ai-rmf-1.0/MANAGE 3.1",
        "nist-csf-2.0/GV.SC-07",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0012",
        "mitre-atlas/AML.T0091.000",
    ),
    settings=("limits.scopes_unused",),
)
def broad_oauth_scope(view: View) -> Verdicts:
    return verdicts(
        "identities",
        applies=c("class") == "vendor",
        gap=c.broader_than_used,
        says="{used} of {granted} granted scopes used",
        expected="no scope over all data, and offline access only to what is used",
        unknown="no grants of it were given",
        reason="no_source",
    )
