"""Rights to destroy that never end."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of
from posture.checks.subjects import MACHINE
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Standing right to destroy or to act outside",
    why="It is there at night, on holidays and for whoever steals the identity.",
    fix="Grant it for the task, on request, with an end.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="just-in-time",
    controls=(
        "owasp-nhi-top10/NHI5:2025",
        "owasp-nhi-top10/NHI7:2025",
        "owasp-asi-top10/ASI02",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MANAGE 1.3",
        "nist-ai-rmf-1.0/MAP 3.5",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0101",
        "mitre-atlas/AML.T0012",
    ),
)
def standing_destructive(view: View) -> Verdicts:
    return verdicts(
        "identities",
        applies=MACHINE,
        gap=all_of(c.destroys, ~c.time_bound),
        says="may destroy or act outside on {destroyed_names}",
        expected="such rights only for a limited time",
        unknown="its policies were not read, or the right hangs on a condition",
        reason="conditional",
    )
