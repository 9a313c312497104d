"""One rotation for agents of different weight."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="One rotation policy for agents with different reach",
    why="The strongest agent gets the patience that suits the weakest.",
    fix="Give each tier of reach a rotation of its own.",
    severity=Severity.MEDIUM,
    raised=Severity.MEDIUM,
    action="rotate",
    controls=(
        "owasp-nhi-top10/NHI7:2025",
        "owasp-nhi-top10/NHI9:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L3",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MANAGE 1.2",
        "nist-csf-2.0/PR.AA-01",
        "mitre-atlas/AML.T0012",
    ),
    settings=("limits.reach_ratio",),
)
def uniform_rotation(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        applies=c.has_rotation_policy,
        gap=c.uneven,
        says="policy {rotation_policy} serves {policy_agents} agents whose reach differs",
        expected=f"policies of their own where reach differs by {view.limits.reach_ratio:g} times or more",
        unknown="not all agents behind the policy are known",
    )
