"""Tool servers that change by themselves."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import absent, all_of, among, any_of, at_least
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Tool server is not pinned",
    why="What was approved is not what starts tomorrow.",
    fix="Name the exact version and record its digest or signature.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    weight=Severity.HIGH,
    action="pin-third-party",
    controls=(
        "owasp-nhi-top10/NHI3:2025",
        "owasp-asi-top10/ASI04",
        "csa-maestro/L7",
        "csa-maestro/L3",
        "nist-ai-rmf-1.0/MAP 4.2",
        "nist-ai-rmf-1.0/GOVERN 6.1",
        "nist-csf-2.0/ID.RA-09",
        "nist-csf-2.0/GV.SC-07",
        "mitre-atlas/AML.T0010.005",
        "mitre-atlas/AML.T0109",
        "mitre-atlas/AML.T0011.002",
    ),
)
def mcp_unpinned(view: View) -> Verdicts:
    loose = among("pin", ("floating", "none"))
    return verdicts(
        "tools",
        applies=all_of(c.kind == "mcp-server", c.has_package, c.usable),
        gap=any_of(loose, all_of(absent("digest"), any_of(absent("signed"), ~c.signed))),
        raised=at_least("holdings", 1),
        says="{release}, pinned: {pin}, digest: {digest}",
        expected="an exact version with a digest or signature",
        unknown="the configuration does not say which version starts",
    )
