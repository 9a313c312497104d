"""Identities and agents that nobody answers for."""

from __future__ import annotations

import polars as pl

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import absent, any_of, reaches
from posture.checks.subjects import MACHINE
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Nobody active owns it",
    why="In an incident nobody can say what breaks when it is switched off.",
    fix="Name a person or a staffed group, and record it where the next export finds it.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    weight=Severity.HIGH,
    action="assign-owner",
    controls=(
        "owasp-nhi-top10/NHI1:2025",
        "owasp-asi-top10/ASI10",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/GOVERN 1.6",
        "nist-ai-rmf-1.0/GOVERN 2.1",
        "nist-csf-2.0/ID.AM-08",
        "nist-csf-2.0/PR.AA-01",
        "nist-csf-2.0/GV.RR-02",
        "mitre-atlas/AML.T0012",
    ),
)
def orphaned_owner(view: View) -> tuple[Verdicts, ...]:
    orphaned = any_of(absent("owner"), ~c.owner_active)
    says, expected = "owner: {owner}; still there: {owner_active}", "an owner who is still there"
    unknown = "nothing that was given names owners and says whether they are still there"
    return (
        verdicts(
            "identities",
            applies=MACHINE,
            gap=orphaned,
            raised=any_of(c("class") == "agent", reaches("criticality", 4)),
            says=says,
            expected=expected,
            unknown=unknown,
        ),
        verdicts("agents", gap=orphaned, raised=pl.lit(True), says=says, expected=expected, unknown=unknown),
    )
