"""Memories that strangers can write."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of, known_none_or
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Memory is shared, open or kept without end",
    why="What one user plants, the next one gets as truth.",
    fix="Keep memory per user and task, close it to foreign writers, and let it expire.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    weight=Severity.HIGH,
    action="separate",
    controls=(
        "owasp-nhi-top10/NHI8:2025",
        "owasp-asi-top10/ASI06",
        "csa-maestro/L2",
        "csa-maestro/L3",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-ai-rmf-1.0/MEASURE 2.10",
        "nist-csf-2.0/PR.DS-10",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0080",
        "mitre-atlas/AML.T0070",
        "mitre-atlas/AML.T0080.000",
    ),
    settings=("limits.memory_retention",),
)
def shared_memory(view: View) -> Verdicts:
    kept = view.limits.memory_retention
    stale = known_none_or("reviewed", view.older("reviewed", kept))
    return verdicts(
        "memories",
        gap=any_of(c.shared, c.foreign_writers, all_of(c.retention_days > kept, stale)),
        raised=c.shared,
        says="shared: {shared}, strangers may write: {foreign_writers}, kept {retention_days} days",
        expected=f"one user's, closed, kept or reviewed within {kept} days",
        unknown="nothing says who shares and writes it",
    )
