"""Logs that mix what must be told apart."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of, at_least
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Tool use, tokens and secrets are not logged as events of their own",
    why="Afterwards nobody can tell what was used from what was issued.",
    fix="Log the three kinds apart, with one id that ties them together.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    action="log-events",
    controls=(
        "owasp-nhi-top10/NHI2:2025",
        "owasp-nhi-top10/NHI10:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI10",
        "csa-maestro/L5",
        "nist-ai-rmf-1.0/MEASURE 2.8",
        "nist-ai-rmf-1.0/MEASURE 2.4",
        "nist-csf-2.0/PR.PS-04",
        "nist-csf-2.0/DE.AE-03",
        "mitre-atlas/AML.T0053",
    ),
)
def events_not_separate(view: View) -> Verdicts:
    return verdicts(
        "agents",
        gap=any_of(~at_least("separate_events", 3), ~c.correlated),
        raised=all_of(c.autonomy == "autonomous", c.tools_write),
        says="{separate_events} of 3 kinds logged: {separate_events_names}; tied together: {correlated}",
        expected="tool use, token minting and secret retrieval apart, with one id",
        unknown="its logs were not given",
        reason="no_source",
    )
