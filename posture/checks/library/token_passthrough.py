"""Tokens that are handed on or accepted by others."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, among
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Token is passed on, or valid for others than its audience",
    why="Whoever receives it can act as the caller elsewhere, and no log tells the two apart.",
    fix="Exchange the token at each hop and check the audience on arrival.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="federate",
    controls=(
        "owasp-nhi-top10/NHI4:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI07",
        "csa-maestro/L3",
        "csa-maestro/L7",
        "nist-ai-rmf-1.0/MEASURE 2.8",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.AA-04",
        "nist-csf-2.0/PR.AA-02",
        "mitre-atlas/AML.T0091.000",
        "mitre-atlas/AML.T0053",
    ),
)
def token_passthrough(view: View) -> tuple[Verdicts, ...]:
    tokens = ("token", "session", "oauth-grant", "workload-token")
    return (
        verdicts(
            "tools",
            applies=c.usable,
            gap=c.passes_token,
            says="hands its caller's token on",
            expected="a token of its own for each hop",
            unknown="the configuration does not say whether it forwards tokens",
        ),
        verdicts(
            "credentials",
            applies=all_of(among("kind", tokens), c.live),
            gap=~c.audience_bound,
            says="audience bound: {audience_bound}",
            expected="a token that only its audience accepts",
            unknown="the source does not name the audience",
        ),
    )
