"""Secrets in what people write to each other."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Live secret in a chat, ticket, wiki or mail",
    why="It is searchable by everybody who joins later.",
    fix="Revoke it, remove the message, and offer a way to hand over secrets.",
    severity=Severity.CRITICAL,
    raised=Severity.CRITICAL,
    action="contain",
    controls=(
        "owasp-nhi-top10/NHI2:2025",
        "owasp-nhi-top10/NHI10:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MANAGE 1.3",
        "nist-csf-2.0/RS.MI-01",
        "nist-csf-2.0/PR.AA-01",
        "mitre-atlas/AML.T0055",
        "mitre-atlas/AML.T0036",
    ),
)
def exposed_collab(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        gap=all_of(c.exposed_collab, c.live),
        says="seen in {collab_surfaces} ({collab_place}), since: {collab_detected:date}; "
        "known users: {consumers_names}",
        expected="no copy in messages, or proof that the value is dead",
        unknown="no scan of chats, tickets and wikis was given",
        reason="no_source",
    )
