"""Identities and credentials that nobody uses."""

from __future__ import annotations

from posture.checks.check import Verdicts, check, verdicts
from posture.checks.kleene import all_of, any_of, known_none_or, reaches, reaches_any
from posture.checks.subjects import DESTROYS, LIVE_STATIC, MACHINE, unused
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Identity or credential is not used any more",
    why="It costs nothing to remove and nobody would notice its abuse.",
    fix="Disable it, wait one business cycle, then delete it.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    action="decommission",
    controls=(
        "owasp-nhi-top10/NHI1:2025",
        "owasp-nhi-top10/NHI3:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "csa-maestro/L7",
        "nist-ai-rmf-1.0/GOVERN 1.7",
        "nist-ai-rmf-1.0/MEASURE 3.1",
        "nist-csf-2.0/PR.AA-05",
        "nist-csf-2.0/ID.AM-08",
        "mitre-atlas/AML.T0012",
    ),
    settings=(
        "limits.key_unused",
        "limits.identity_unused",
    ),
)
def stale_identity(view: View) -> tuple[Verdicts, ...]:
    hurts = any_of(reaches_any(DESTROYS), reaches("criticality", 5))
    keys, others = view.limits.key_unused, view.limits.identity_unused
    return (
        verdicts(
            "credentials",
            applies=LIVE_STATIC,
            gap=unused(view, keys),
            raised=hurts,
            says="last used: {last_used:date}; made {created:date}",
            expected=f"used within {keys} days",
            unknown="the source does not tell every use",
            reason="source_blind",
        ),
        verdicts(
            "identities",
            applies=MACHINE,
            gap=all_of(unused(view, others), known_none_or("key_used", view.older("key_used", keys))),
            raised=hurts,
            says="last used: {last_used:date}; made {created:date}",
            expected=f"used within {others} days",
            unknown="the source does not tell every use",
            reason="source_blind",
        ),
    )
