"""Machines that people can sign in as."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.subjects import MACHINE
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Interactive sign-in is possible for a non-human identity",
    why="A password on a machine account has no owner and no second factor.",
    fix="Remove the password or the sign-in; grant an exception with an end where it must stay.",
    severity=Severity.MEDIUM,
    raised=Severity.MEDIUM,
    action="tighten-trust",
    controls=(
        "owasp-nhi-top10/NHI10:2025",
        "owasp-nhi-top10/NHI4:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/GOVERN 3.2",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0012",
    ),
)
def interactive_enabled(view: View) -> Verdicts:
    return verdicts(
        "identities",
        applies=MACHINE,
        gap=c.interactive,
        says="interactive sign-in: {interactive}, second factor: {mfa}",
        expected="no console password, shell or single sign-on",
        unknown="the source does not say whether a person can sign in as it",
    )
