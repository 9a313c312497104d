"""Agents that reach too much."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Agent has broad access",
    why="One hijacked conversation reaches everything at once.",
    fix="Split it by task and narrow each part to the systems that the task needs.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="narrow-scope",
    controls=(
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI08",
        "csa-maestro/L7",
        "csa-maestro/L4",
        "nist-ai-rmf-1.0/MAP 5.1",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.AA-05",
        "nist-csf-2.0/ID.RA-05",
        "mitre-atlas/AML.T0053",
        "mitre-atlas/AML.T0086",
    ),
    settings=(
        "limits.broad_systems",
        "limits.broad_domains",
    ),
)
def agent_broad_reach(view: View) -> Verdicts:
    limits = view.limits
    return verdicts(
        "agents",
        gap=c.broad,
        says=f"systems in reach: {{reaches_systems}}, counted up to {limits.broad_systems}; "
        "trust domains written in: {reaches_domains}",
        expected=f"fewer than {limits.broad_systems} systems, no administration, "
        f"writing in fewer than {limits.broad_domains} domains",
        unknown="not all it uses was read, or part of its reach hangs on a condition",
        reason="conditional",
    )
