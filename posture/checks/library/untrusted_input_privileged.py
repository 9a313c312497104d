"""Agents that read strangers, know secrets and can talk."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Untrusted input, private data and a way out meet in one agent",
    why="A stranger writes the instruction, the agent reads the data and sends it.",
    fix="Take one of the three away, or put mediation between them.",
    severity=Severity.HIGH,
    raised=Severity.CRITICAL,
    weight=Severity.CRITICAL,
    action="limit-tools",
    controls=(
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI01",
        "owasp-asi-top10/ASI02",
        "csa-maestro/L3",
        "csa-maestro/L7",
        "nist-ai-rmf-1.0/MAP 5.1",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.AA-05",
        "nist-csf-2.0/PR.DS-10",
        "mitre-atlas/AML.T0051.001",
        "mitre-atlas/AML.T0086",
        "mitre-atlas/AML.T0053",
    ),
)
def untrusted_input_privileged(view: View) -> Verdicts:
    return verdicts(
        "agents",
        gap=all_of(
            c.input == "open",
            any_of(c.reads_private, c.runs_code),
            any_of(c.tools_send, c.runs_code),
            ~c.mediated,
        ),
        raised=c.autonomy == "autonomous",
        says="input: {input}; reads private data: {reads_private}, sends outside: {tools_send}, "
        "runs code: {runs_code}, mediated: {mediated}",
        expected="never all three without mediation",
        unknown="what it reads, what its tools do, or whether its input is mediated is not known",
    )
