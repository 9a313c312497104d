"""Agents whose calls nobody decides on."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, at_least
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Tool calls are not decided at request time",
    why="What was granted once is used for whatever the model thinks of.",
    fix="Put a policy decision on the tool path, in enforce mode.",
    severity=Severity.HIGH,
    raised=Severity.CRITICAL,
    action="enforce-policy",
    controls=(
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI02",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L3",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MAP 3.5",
        "nist-ai-rmf-1.0/MEASURE 2.4",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0053",
    ),
)
def no_request_time_policy(view: View) -> Verdicts:
    return verdicts(
        "agents",
        applies=at_least("tools", 1),
        gap=~c.policy_enforced,
        raised=all_of(c.autonomy == "autonomous", c.tools_destroy),
        says="request-time policy: {policy_mode}; attributes it does not look at: {policy_lacks}; "
        "issuing a credential decided apart: {issuance_decided}",
        expected="a decision per call, in enforce mode",
        unknown="nothing says whether a policy decides its calls",
    )
