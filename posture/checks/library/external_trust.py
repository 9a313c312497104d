"""Ways in from outside the zone of trust."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of
from posture.checks.subjects import OURS
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Role trusts somebody outside without safeguards",
    why="Another organisation decides who becomes it, and can be tricked into it.",
    fix="Ask for an external id and source conditions, and have the other side reviewed.",
    severity=Severity.HIGH,
    raised=Severity.CRITICAL,
    action="tighten-trust",
    controls=(
        "owasp-nhi-top10/NHI6:2025",
        "owasp-nhi-top10/NHI3:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI04",
        "csa-maestro/L4",
        "csa-maestro/L7",
        "nist-ai-rmf-1.0/MAP 4.2",
        "nist-ai-rmf-1.0/MANAGE 3.1",
        "nist-csf-2.0/PR.AA-05",
        "nist-csf-2.0/GV.SC-07",
        "mitre-atlas/AML.T0012",
    ),
)
def external_trust(view: View) -> Verdicts:
    return verdicts(
        "identities",
        applies=all_of(OURS, c.outside),
        gap=c.outside_open,
        raised=c.public,
        says="trusts {outsiders_names} ({outside_because})",
        expected="a reviewed party with an external id",
        unknown="the trust was not read, or hangs on a condition",
        reason="conditional",
    )
