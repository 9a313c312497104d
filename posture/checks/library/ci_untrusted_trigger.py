"""Pipelines that strangers can start."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Untrusted input runs with the credentials of a pipeline",
    why="A comment or a fork is enough to use what the pipeline holds.",
    fix="Run such triggers without secrets, on a fresh runner, with a read-only token.",
    severity=Severity.HIGH,
    raised=Severity.CRITICAL,
    weight=Severity.CRITICAL,
    action="sandbox",
    controls=(
        "owasp-nhi-top10/NHI6:2025",
        "owasp-nhi-top10/NHI8:2025",
        "owasp-asi-top10/ASI05",
        "owasp-asi-top10/ASI01",
        "csa-maestro/L4",
        "csa-maestro/L3",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.PS-06",
        "nist-csf-2.0/PR.PS-05",
        "mitre-atlas/AML.T0051.001",
        "mitre-atlas/AML.T0050",
    ),
)
def ci_untrusted_trigger(view: View) -> Verdicts:
    return verdicts(
        "workflows",
        gap=any_of(
            all_of(c.untrusted_trigger, c.secrets_available),
            all_of(c.runner == "self-hosted-persistent", c.production_role),
            all_of(c.agent_step, c.foreign_text, c.write_token),
        ),
        raised=c.production_role,
        says="outsiders may start it: {untrusted_trigger}, secrets: {secrets_available}, runner: {runner}, "
        "agent reads foreign text: {foreign_text}, write token: {write_token}",
        expected="no secrets and no write token where outsiders start it",
        unknown="the definition does not say who can start it with what",
    )
