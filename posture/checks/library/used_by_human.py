"""People who act as a machine."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import any_of, reaches, reaches_any
from posture.checks.subjects import DESTROYS, MACHINE
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="A person used a non-human identity",
    why="What they did carries no name.",
    fix="Give the person an access of their own and watch the machine for interactive use.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    weight=Severity.HIGH,
    action="watch-reuse",
    controls=(
        "owasp-nhi-top10/NHI10:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MEASURE 2.8",
        "nist-csf-2.0/DE.CM-03",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0012",
    ),
    settings=("limits.human_use",),
)
def used_by_human(view: View) -> Verdicts:
    return verdicts(
        "identities",
        applies=MACHINE,
        gap=c.human_use,
        raised=any_of(reaches_any(DESTROYS), reaches("criticality", 5)),
        says="used interactively by {humans_names}",
        expected=f"no person's use in {view.limits.human_use} days",
        unknown="no sign-in records were given",
        reason="no_source",
    )
