"""Identities whose workload is gone."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, among, any_of
from posture.checks.subjects import OURS
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Workload is retired, its identity still works",
    why="No use of it can be meant, so any use is hostile.",
    fix="Disable the identity and every credential of it, then delete both.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="decommission",
    controls=(
        "owasp-nhi-top10/NHI1:2025",
        "owasp-asi-top10/ASI10",
        "csa-maestro/L4",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/GOVERN 1.7",
        "nist-ai-rmf-1.0/MANAGE 2.4",
        "nist-csf-2.0/ID.AM-08",
        "nist-csf-2.0/PR.AA-01",
        "mitre-atlas/AML.T0012",
    ),
)
def workload_gone(view: View) -> tuple[Verdicts, ...]:
    retired = ("retired", "deleted")
    return (
        verdicts(
            "identities",
            applies=OURS,
            gap=all_of(any_of(among("state", retired), c.workload_gone), c.enabled),
            says="state: {state}; retired users: {gone_names}; enabled: {enabled}",
            expected="nothing enabled once the workload is gone",
            unknown="nothing says whether the workload still runs",
        ),
        verdicts(
            "credentials",
            applies=c.live,
            gap=all_of(among("identity_state", retired), c.enabled),
            says="its identity {identity} is {identity_state}; enabled: {enabled}",
            expected="no credential of a retired identity",
            unknown="nothing says whether the workload still runs",
        ),
    )
