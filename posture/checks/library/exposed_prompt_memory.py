"""Secrets that a model has in its text."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Live secret in a prompt, transcript, memory or index",
    why="The model can repeat it to whoever asks in the right words.",
    fix="Revoke it, take it out of the text, and hand it to the tool that needs it instead.",
    severity=Severity.CRITICAL,
    raised=Severity.CRITICAL,
    action="contain",
    controls=(
        "owasp-nhi-top10/NHI2:2025",
        "owasp-asi-top10/ASI06",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L2",
        "csa-maestro/L3",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-ai-rmf-1.0/MEASURE 2.10",
        "nist-csf-2.0/RS.MI-01",
        "nist-csf-2.0/PR.DS-10",
        "mitre-atlas/AML.T0082",
        "mitre-atlas/AML.T0055",
        "mitre-atlas/AML.T0057",
    ),
)
def exposed_prompt_memory(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        gap=all_of(c.exposed_prompt, c.live),
        says="seen in {prompt_surfaces} ({prompt_place}), since: {prompt_detected:date}; "
        "known users: {consumers_names}",
        expected="no secret in what a model reads",
        unknown="no scan of prompts and memories was given",
        reason="no_source",
    )
