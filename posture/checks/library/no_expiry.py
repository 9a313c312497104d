"""Credentials that never end."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import any_of, at_least
from posture.checks.subjects import LIVE_STATIC
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Credential never expires, or not within a year",
    why="Nothing but somebody remembering it will ever end it.",
    fix="Issue short-lived tokens to a workload identity; until then set an end date.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    weight=Severity.HIGH,
    action="replace",
    controls=(
        "owasp-nhi-top10/NHI7:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.AA-01",
        "mitre-atlas/AML.T0012",
        "mitre-atlas/AML.T0091.000",
    ),
    settings=("limits.expiry",),
)
def no_expiry(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        applies=LIVE_STATIC,
        gap=c.endless,
        raised=any_of(at_least("agents_using", 1), c.identity_class == "agent", c.holder == "agent"),
        says="expires: {expires:date}; issued {issued:date}",
        expected=f"an end at most {view.limits.expiry} days after issue",
        unknown="the source does not say when it ends",
    )
