"""Identity providers that accept any tenant."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Identity provider accepts every tenant of its issuer",
    why="Everybody who has an account with the issuer can ask for our tokens.",
    fix="Add an attribute condition that names the organisation or the repository.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="tighten-trust",
    controls=(
        "owasp-nhi-top10/NHI6:2025",
        "owasp-nhi-top10/NHI4:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI04",
        "csa-maestro/L4",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-ai-rmf-1.0/MAP 4.2",
        "nist-csf-2.0/PR.AA-04",
        "nist-csf-2.0/PR.AA-03",
        "mitre-atlas/AML.T0012",
    ),
)
def wif_no_condition(view: View) -> Verdicts:
    return verdicts(
        "identities",
        applies=c.kind == "federated",
        gap=c.any_issuer,
        says="any tenant of the issuer becomes {opened_names}",
        expected="an attribute condition that names who is meant",
        unknown="the provider's condition was not read",
    )
