"""Permissions that nobody uses."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.subjects import MACHINE
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Most of what was granted is not used",
    why="The unused part is pure gain for whoever takes the identity over.",
    fix="Cut the policy down to what was used in the window.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    action="narrow-scope",
    controls=(
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-ai-rmf-1.0/MAP 3.3",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0012",
    ),
    settings=(
        "limits.permissions_unused",
        "limits.identity_unused",
    ),
)
def unused_permissions(view: View) -> Verdicts:
    return verdicts(
        "identities",
        applies=MACHINE,
        gap=c.unused,
        raised=c.unused_destructive,
        says="{used} of {granted} granted actions used",
        expected=f"less than {view.limits.permissions_unused:.0%} unused "
        f"in {view.limits.identity_unused} days",
        unknown="no account of used permissions was given",
        reason="no_source",
    )
