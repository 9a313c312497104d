"""Ways in from outside the zone of trust."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of
from posture.checks.subjects import OURS
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Somebody outside is trusted without safeguards",
    why="Another organisation decides who comes in, and a service can be tricked into it.",
    fix="Ask for an external id; hold services to aws:SourceArn or aws:SourceAccount; review the other side.",
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
def external_trust(view: View) -> tuple[Verdicts, Verdicts]:
    return (
        verdicts(
            "identities",
            applies=all_of(OURS, any_of(c.outside, c.deputised)),
            gap=any_of(c.outside_open, c.deputy_open),
            raised=c.public,
            says="{way_in}",
            expected="a reviewed party with an external id, a service held to its source",
            unknown="the trust was not read, or hangs on a condition",
            reason="conditional",
        ),
        verdicts(
            "systems",
            applies=all_of(~c.pattern, any_of(c.opened, c.deputised)),
            gap=any_of(c.opened_to, c.deputy_open),
            raised=c.open_to_all,
            says="{way_in}",
            expected="reviewed parties by name, a service held to its source",
            unknown="nothing says whether a policy stands on it, or that hangs on a condition",
            reason="conditional",
        ),
    )
