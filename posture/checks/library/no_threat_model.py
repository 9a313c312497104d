"""Persistent access that nobody thought through."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of, at_least, known_none_or
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Persistent access without a current threat model",
    why="Nobody asked what can go wrong, so nobody is ready for it.",
    fix="Write down tasks, tools and trust boundaries, and renew it when tools change.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    action="model-threats",
    controls=(
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI01",
        "owasp-asi-top10/ASI10",
        "csa-maestro/L1",
        "csa-maestro/L2",
        "csa-maestro/L3",
        "csa-maestro/L4",
        "csa-maestro/L5",
        "csa-maestro/L6",
        "csa-maestro/L7",
        "nist-ai-rmf-1.0/MAP 1.1",
        "nist-ai-rmf-1.0/MAP 4.1",
        "nist-ai-rmf-1.0/MAP 5.1",
        "nist-ai-rmf-1.0/GOVERN 4.2",
        "nist-csf-2.0/ID.RA-03",
        "nist-csf-2.0/ID.RA-04",
    ),
    settings=("limits.threat_model_age",),
)
def no_threat_model(view: View) -> Verdicts:
    old = view.limits.threat_model_age
    return verdicts(
        "agents",
        applies=any_of(at_least("credentials", 1), at_least("identities", 1)),
        gap=any_of(
            known_none_or("modelled", view.older("modelled", old)),
            all_of(c.has_modelled, c.changed_since_model),
        ),
        raised=c.environment == "production",
        says="threat model: {modelled:date}; tools changed {tools_changed:date}",
        expected=f"one of the last {old} days, later than the last change of tools",
        unknown="nothing says whether there is one",
    )
