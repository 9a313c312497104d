"""Long-lived secrets that lie with vendors."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import absent, all_of, any_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Vendor holds a long-lived secret of ours",
    why="A breach at the vendor becomes ours, and stays so until somebody rotates.",
    fix="Replace it by federation with the vendor, or rotate it often and tie it to their network.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="rotate",
    controls=(
        "owasp-nhi-top10/NHI3:2025",
        "owasp-nhi-top10/NHI7:2025",
        "owasp-asi-top10/ASI04",
        "csa-maestro/L7",
        "csa-maestro/L4",
        "nist-ai-rmf-1.0/MANAGE 3.1",
        "nist-ai-rmf-1.0/GOVERN 6.1",
        "nist-csf-2.0/GV.SC-07",
        "nist-csf-2.0/GV.SC-10",
        "mitre-atlas/AML.T0012",
        "mitre-atlas/AML.T0010",
    ),
    settings=("limits.vendor_secret_age",),
)
def vendor_held_secret(view: View) -> Verdicts:
    old = view.older("issued", view.limits.vendor_secret_age)
    return verdicts(
        "credentials",
        applies=all_of(c.holder == "vendor", c.live),
        gap=all_of(any_of(absent("expires"), old), ~c.source_restricted),
        says="issued {issued:date}, expires: {expires:date}, tied to a network: {source_restricted}",
        expected=f"an end, less than {view.limits.vendor_secret_age} days of age, or a source restriction",
        unknown="who holds it, or how long, is not known",
    )
