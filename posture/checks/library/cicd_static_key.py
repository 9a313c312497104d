"""Pipelines that keep a cloud key."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of
from posture.checks.subjects import LIVE_STATIC
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Pipeline holds a static cloud key",
    why="Everybody who may change the pipeline can print the key.",
    fix="Let the pipeline federate, and remove the key.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="federate",
    controls=(
        "owasp-nhi-top10/NHI6:2025",
        "owasp-nhi-top10/NHI7:2025",
        "owasp-asi-top10/ASI04",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L4",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.AA-03",
        "nist-csf-2.0/PR.PS-06",
        "mitre-atlas/AML.T0055",
        "mitre-atlas/AML.T0012",
    ),
    settings=("limits.long_lived",),
)
def cicd_static_key(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        applies=all_of(
            any_of(c.used_by_pipeline, c.identity_class == "pipeline", c.holder == "pipeline"), LIVE_STATIC
        ),
        gap=all_of(any_of(c.can_federate, c.on_platform), c.long_lived),
        says="kind {kind}, used by a pipeline that can federate",
        expected="short-lived tokens by federation",
        unknown="who uses it, or whether the platform can federate, is not known",
    )
