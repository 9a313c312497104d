"""Credentials that serve more than one task."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, among, any_of, at_least
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Credential can be reused across tasks or tools",
    why="What one task leaks, every other task pays for.",
    fix="Issue one per run, bound to task and identity.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="just-in-time",
    controls=(
        "owasp-nhi-top10/NHI9:2025",
        "owasp-nhi-top10/NHI7:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L3",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.AA-02",
        "nist-csf-2.0/PR.AA-04",
        "mitre-atlas/AML.T0091.000",
        "mitre-atlas/AML.T0012",
    ),
)
def reused_across_tasks(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        applies=all_of(any_of(at_least("agents_using", 1), c.holder == "agent"), c.live),
        gap=any_of(
            among("granularity", ("app", "session")),
            ~c.task_bound,
            ~c.identity_bound,
            at_least("tasks", 2),
            at_least("used_tools", 2),
        ),
        says="issued per {granularity}; bound to task: {task_bound}, to identity: {identity_bound}; "
        "seen in {tasks} tasks",
        expected="one per run, bound to task and identity",
        unknown="nothing says how it is issued and bound",
    )
