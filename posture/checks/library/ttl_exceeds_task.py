"""Credentials that outlive their task."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Credential of an agent outlives its task",
    why="Between the end of the task and the end of the token it serves nobody but a thief.",
    fix="Issue it per task, and revoke it when the task ends.",
    severity=Severity.HIGH,
    raised=Severity.CRITICAL,
    action="just-in-time",
    controls=(
        "owasp-nhi-top10/NHI7:2025",
        "owasp-nhi-top10/NHI9:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI10",
        "csa-maestro/L6",
        "csa-maestro/L3",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-ai-rmf-1.0/MANAGE 2.4",
        "nist-csf-2.0/PR.AA-05",
        "nist-csf-2.0/PR.AA-01",
        "mitre-atlas/AML.T0012",
        "mitre-atlas/AML.T0091.000",
    ),
)
def ttl_exceeds_task(view: View) -> Verdicts:
    outlives = any_of(c.endless, c.ttl > c.shortest_task)
    return verdicts(
        "credentials",
        applies=all_of(c.used_by_autonomous, c.live),
        gap=all_of(c.shortest_task > 0, outlives, ~c.revoked_at_task_end),
        raised=c.used_by_broad,
        says="valid {ttl_hours} h, expires: {expires:date}; the task takes at most {shortest_task} s",
        expected="valid no longer than the task, or revoked at its end",
        unknown="how long the task takes, or how long it is valid, is not known",
    )
