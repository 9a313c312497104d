"""Plain tokens that open critical systems."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, among, any_of, reaches
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Bearer token to a critical system is not bound to its sender",
    why="A copied token works from anywhere until it ends.",
    fix="Bind it by mTLS or DPoP, or issue it for less than an hour.",
    severity=Severity.MEDIUM,
    raised=Severity.MEDIUM,
    action="federate",
    controls=(
        "owasp-nhi-top10/NHI4:2025",
        "owasp-nhi-top10/NHI7:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.AA-04",
        "mitre-atlas/AML.T0091.000",
    ),
    settings=("limits.bearer_ttl",),
)
def bearer_unbound(view: View) -> Verdicts:
    tokens = ("token", "session", "oauth-grant", "workload-token", "api-key", "personal-token")
    return verdicts(
        "credentials",
        applies=all_of(among("kind", tokens), c.live, reaches("criticality", 5)),
        gap=all_of(~c.sender_bound, any_of(c.ttl_hours > view.limits.bearer_ttl, c.long_lived)),
        says="valid {ttl_hours} h, bound to its sender: {sender_bound}",
        expected=f"bound to its sender, or valid at most {view.limits.bearer_ttl:g} h",
        unknown="binding, lifetime or what it opens is not known",
    )
