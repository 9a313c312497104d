"""Secrets in plain environment variables."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of, reaches
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Secret in plain text in a runtime environment",
    why="Whoever may describe the workload, or crashes it, reads the value.",
    fix="Rotate it and let the workload fetch it from a secret manager when it starts.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    action="rotate",
    controls=(
        "owasp-nhi-top10/NHI2:2025",
        "owasp-nhi-top10/NHI6:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI05",
        "csa-maestro/L4",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.DS-10",
        "nist-csf-2.0/PR.PS-01",
        "mitre-atlas/AML.T0055",
        "mitre-atlas/AML.T0083",
    ),
)
def plaintext_in_runtime(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        gap=all_of(any_of(c.exposed_runtime, all_of(c.store == "environment", c.has_shape)), c.live),
        raised=reaches("criticality", 4),
        says="kind {kind}, in the environment of {runtime_place} as {name}",
        expected="a reference to a secret manager",
        unknown="no runtime environment was read there",
        reason="no_source",
    )
