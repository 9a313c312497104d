"""Vault leases that last for weeks."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of, at_least
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Vault lease is long-lived",
    why="In a vault is not short-lived: the usual default is a month.",
    fix="Set the lease to the length of a task, and issue instead of storing.",
    severity=Severity.MEDIUM,
    raised=Severity.MEDIUM,
    action="just-in-time",
    controls=(
        "owasp-nhi-top10/NHI7:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.AA-01",
        "mitre-atlas/AML.T0012",
    ),
    settings=("limits.lease",),
)
def lease_too_long(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        applies=c.store == "vault",
        gap=any_of(
            c.lease > view.limits.lease * 3600,
            all_of(c.engine == "static", at_least("agents_using", 1)),
        ),
        says="lease {hours} h, engine: {engine}",
        expected=f"issued on request, for at most {view.limits.lease:g} h",
        unknown="the vault's settings were not read",
        shown={"hours": c.lease / 3600},
    )
