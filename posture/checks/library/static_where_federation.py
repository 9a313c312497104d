"""Static keys where none is needed."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, among, any_of, at_least
from posture.checks.subjects import LIVE_STATIC
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Static key although the platform can federate",
    why="A key is kept, copied and leaked; an attested identity cannot be.",
    fix="Give the workload an identity of its own and remove the key.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    weight=Severity.HIGH,
    action="replace",
    controls=(
        "owasp-nhi-top10/NHI4:2025",
        "owasp-nhi-top10/NHI7:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L4",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MAP 4.2",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.AA-03",
        "nist-csf-2.0/PR.AA-04",
        "mitre-atlas/AML.T0012",
        "mitre-atlas/AML.T0055",
    ),
    settings=("limits.long_lived",),
)
def static_where_federation(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        applies=LIVE_STATIC,
        gap=all_of(any_of(c.can_federate, c.on_platform), c.long_lived),
        raised=any_of(
            at_least("agents_using", 1),
            among("identity_class", ("agent", "pipeline")),
            among("holder", ("agent", "pipeline")),
        ),
        says="kind {kind}, used where the platform offers an identity",
        expected="federation, a role or a managed identity",
        unknown="what the platform of its user offers is not known",
    )
