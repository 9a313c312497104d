"""Third parties without verification that may write."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, allows, any_of, reaches_any
from posture.checks.subjects import WRITES
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Unverified third party may write",
    why="Code and people nobody vetted can change what we depend on.",
    fix="Verify the publisher or review the vendor; until then take the write access away.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="pin-third-party",
    controls=(
        "owasp-nhi-top10/NHI3:2025",
        "owasp-asi-top10/ASI04",
        "csa-maestro/L7",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/GOVERN 6.1",
        "nist-ai-rmf-1.0/MAP 4.1",
        "nist-csf-2.0/GV.SC-06",
        "nist-csf-2.0/GV.SC-07",
        "mitre-atlas/AML.T0010",
        "mitre-atlas/AML.T0111",
    ),
)
def unverified_write(view: View) -> tuple[Verdicts, ...]:
    return (
        verdicts(
            "identities",
            applies=c("class") == "vendor",
            gap=all_of(~any_of(c.publisher_verified, c.vendor_reviewed), reaches_any(WRITES)),
            says="publisher verified: {publisher_verified}; vendor reviewed: {vendor_reviewed}",
            expected="a verified publisher or a review before write access",
            unknown="nothing says whether the third party was verified",
        ),
        verdicts(
            "tools",
            applies=c.third_party,
            gap=all_of(~c.publisher_verified, allows("effects", WRITES)),
            says="publisher verified: {publisher_verified}",
            expected="a verified publisher for a tool that writes",
            unknown="nothing says whether the publisher is verified, or what the tool does",
        ),
    )
