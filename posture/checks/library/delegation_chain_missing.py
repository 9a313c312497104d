"""Actions whose initiator is lost."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import any_of, at_least
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="The chain of delegation is not recorded",
    why="Afterwards nobody can say for whom it was done.",
    fix="Use tokens that name subject and actor, and log both.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    action="federate",
    controls=(
        "owasp-nhi-top10/NHI10:2025",
        "owasp-nhi-top10/NHI9:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI07",
        "csa-maestro/L7",
        "csa-maestro/L5",
        "nist-ai-rmf-1.0/MEASURE 2.8",
        "nist-csf-2.0/PR.AA-04",
        "nist-csf-2.0/PR.PS-04",
        "mitre-atlas/AML.T0091.000",
    ),
)
def delegation_chain_missing(view: View) -> Verdicts:
    return verdicts(
        "agents",
        applies=at_least("hands_on", 1),
        gap=c.chain_lost,
        raised=any_of(c.tools_destroy, c.destroys_systems),
        says="subject and actor are not both recorded towards {chain_lost_to_names}",
        expected="subject and actor in token and log",
        unknown="nothing says what tokens and logs name",
    )
