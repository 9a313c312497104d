"""Static keys past their rotation window."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import reaches
from posture.checks.subjects import LIVE_STATIC
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Static key has outlived its rotation window",
    why="A copy that leaked months ago still opens the door today.",
    fix="Rotate it, or move the workload to tokens that expire on their own.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    action="rotate",
    controls=(
        "owasp-nhi-top10/NHI7:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MANAGE 4.1",
        "nist-csf-2.0/PR.AA-01",
        "mitre-atlas/AML.T0012",
    ),
    settings=("limits.key_age", "limits.key_ages"),
)
def key_too_old(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        applies=LIVE_STATIC,
        gap=c.over_age,
        raised=reaches("criticality_write", 4),
        says="issued {issued:date}, {age} days ago",
        expected="issued within {age_allowed} days",
        unknown="the source gives no date of issue",
        shown={"age": view.days("issued")},
    )
