"""Federated trust that lets in too many."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of
from posture.checks.subjects import OURS
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Federated trust accepts a loose subject",
    why="Any pipeline that matches can become it; there is no key to rotate.",
    fix="Name issuer, audience, repository and branch or environment.",
    severity=Severity.HIGH,
    raised=Severity.CRITICAL,
    weight=Severity.CRITICAL,
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
        "mitre-atlas/AML.T0049",
    ),
)
def oidc_wildcard_subject(view: View) -> Verdicts:
    return verdicts(
        "identities",
        applies=all_of(OURS, c.federated),
        gap=c.organisation_wide,
        raised=c.any_tenant,
        says="lets in more than the one that is meant: {outsiders_names} ({outside_because})",
        expected="one repository, branch or environment, and a named audience",
        unknown="the trust was not read, or hangs on a condition",
        reason="conditional",
    )
