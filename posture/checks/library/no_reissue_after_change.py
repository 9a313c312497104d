"""Credentials older than the last change."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Credential was not issued anew after a change",
    why="What held it before the change may not be what holds it now.",
    fix="Issue it anew whenever code, tools or rights change, or retries burst.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="rotate",
    controls=(
        "owasp-nhi-top10/NHI7:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI04",
        "csa-maestro/L3",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MANAGE 4.1",
        "nist-ai-rmf-1.0/MEASURE 2.4",
        "nist-csf-2.0/PR.AA-01",
        "nist-csf-2.0/DE.AE-02",
        "mitre-atlas/AML.T0081",
        "mitre-atlas/AML.T0012",
    ),
    settings=(
        "limits.reissue_after_change",
        "limits.retry_factor",
        "limits.retry_least",
    ),
)
def no_reissue_after_change(view: View) -> Verdicts:
    return verdicts(
        "credentials",
        applies=c.live,
        gap=all_of(c.changed_since, ~c.renews_itself),
        says="{changes_names} after it was issued {issued:date}",
        expected=f"issued anew within {view.limits.reissue_after_change:g} h of a change",
        unknown="no record of changes was given",
        reason="no_source",
    )
