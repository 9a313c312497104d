"""Ways of signing in that are retired for good reasons."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, among, any_of, reaches
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Deprecated way of authenticating",
    why="It hands the secret itself to the other side, or cannot tell who sent it.",
    fix="Move to the authorization code flow with proof key, to client assertions or to federation.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    weight=Severity.HIGH,
    action="federate",
    controls=(
        "owasp-nhi-top10/NHI4:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.AA-03",
        "mitre-atlas/AML.T0012",
    ),
)
def legacy_auth_flow(view: View) -> Verdicts:
    legacy = (
        "implicit", "password", "authorization-code-without-pkce", "basic", "digest", "ntlm",
    )  # fmt: skip
    return verdicts(
        "credentials",
        gap=all_of(any_of(among("flow", legacy), c.kind == "app-password"), c.live),
        raised=reaches("criticality", 4),
        says="flow: {flow}, kind: {kind}",
        expected="a current flow",
        unknown="the source does not name the flow",
    )
