"""Identities that several workloads use."""

from __future__ import annotations

from posture.checks.check import Verdicts, check, verdicts
from posture.checks.kleene import all_of, any_of, at_least
from posture.checks.subjects import MACHINE
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Several workloads share one identity",
    why="No log tells them apart, and none can be stopped alone.",
    fix="Give each workload an identity of its own.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    weight=Severity.HIGH,
    action="replace",
    controls=(
        "owasp-nhi-top10/NHI9:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L4",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MEASURE 2.8",
        "nist-csf-2.0/PR.AA-01",
        "nist-csf-2.0/PR.AA-02",
        "mitre-atlas/AML.T0012",
    ),
)
def shared_workload_identity(view: View) -> Verdicts:
    return verdicts(
        "identities",
        applies=MACHINE,
        gap=all_of(at_least("consumers", 2), at_least("others_using", 1)),
        raised=any_of(at_least("agents_using", 1), at_least("keys", 1)),
        says="{consumers} users: {consumers_names}",
        expected="one workload per identity",
        unknown="not all that run as it are known",
    )
