"""Ways from test systems into production."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of
from posture.checks.subjects import OURS
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Something outside production reaches into it",
    why="The weaker environment decides how safe the stronger one is.",
    fix="Cut the trust between the two, or serve the need with a copy of the data.",
    severity=Severity.HIGH,
    raised=Severity.CRITICAL,
    weight=Severity.CRITICAL,
    action="separate",
    controls=(
        "owasp-nhi-top10/NHI8:2025",
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI08",
        "csa-maestro/L4",
        "nist-ai-rmf-1.0/MAP 5.1",
        "nist-csf-2.0/PR.IR-01",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0012",
        "mitre-atlas/AML.T0053",
    ),
)
def nonprod_reaches_prod(view: View) -> tuple[Verdicts, ...]:
    outside = c.environment != "production"
    expected = "no writing and no reading of confidential data in production"
    return (
        verdicts(
            "agents",
            applies=outside,
            gap=c.touches_production,
            raised=c.destroys_production,
            says="{environment}, yet touches {production_systems_names}",
            expected=expected,
            unknown="its environment or part of its reach is not known",
            reason="conditional",
        ),
        verdicts(
            "identities",
            applies=all_of(OURS, outside),
            gap=c.touches_production,
            raised=c.destroys_production,
            says="{environment}, yet touches {touches_production_at}",
            expected=expected,
            unknown="its environment or part of its reach is not known",
            reason="conditional",
        ),
    )
