"""Agents that nobody can stop for sure."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import any_of, known_none_or
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="No tested way to stop the agent",
    why="A switch that was never tried fails on the day it is needed.",
    fix="Name who may stop it, try it, and note the date.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="test-override",
    controls=(
        "owasp-nhi-top10/NHI1:2025",
        "owasp-asi-top10/ASI10",
        "owasp-asi-top10/ASI08",
        "csa-maestro/L5",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MANAGE 2.4",
        "nist-ai-rmf-1.0/MAP 3.5",
        "nist-csf-2.0/RS.MI-01",
        "nist-csf-2.0/RS.MA-01",
        "mitre-atlas/AML.T0108",
    ),
    settings=("limits.override_tested",),
)
def no_kill_switch(view: View) -> Verdicts:
    tried = view.limits.override_tested
    return verdicts(
        "agents",
        applies=c.environment == "production",
        gap=any_of(~c.overridable, known_none_or("override_tested", view.older("override_tested", tried))),
        says="override: {overridable}, last tried {override_tested:date}",
        expected=f"an override that was tried within {tried} days",
        unknown="nothing says whether it can be stopped",
    )
