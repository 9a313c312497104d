"""Approvals that do not fit what is done."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Approval does not match the impact of the action",
    why="What destroys goes through unseen while harmless reads wear the approvers out.",
    fix="Ask for strong approval to destroy or send, light approval to write, none to read.",
    severity=Severity.LOW,
    raised=Severity.HIGH,
    weight=Severity.HIGH,
    action="require-approval",
    controls=(
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI09",
        "owasp-asi-top10/ASI02",
        "csa-maestro/L6",
        "csa-maestro/L7",
        "nist-ai-rmf-1.0/MAP 3.5",
        "nist-ai-rmf-1.0/GOVERN 3.2",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0101",
        "mitre-atlas/AML.T0048",
    ),
)
def approval_tier_mismatch(view: View) -> Verdicts:
    weak = any_of(
        all_of(c.tools_destroy, ~c.strong_destructive),
        all_of(c.tools_send, ~c.strong_external),
    )
    return verdicts(
        "agents",
        gap=any_of(weak, all_of(c.tools_write, ~c.approved_writes), c.unbound, c.approves_reads),
        raised=weak,
        says="strong approval to destroy: {strong_destructive}, to send: {strong_external}; to write: "
        "{approved_writes}; not bound to the action: {unbound}; plain reads approved: {approves_reads}",
        expected="strong approval to destroy or send, light to write, none to read",
        unknown="what its tools do, or who approves it, is not known",
    )
