"""Identities that may do everything."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import any_of, at_least
from posture.checks.subjects import OURS
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Identity may do everything in its account",
    why="Whoever gets hold of it owns the account: no other control is left in the way.",
    fix="Replace the wildcard by the actions and resources that were used; keep one guarded emergency role.",
    severity=Severity.HIGH,
    raised=Severity.CRITICAL,
    weight=Severity.CRITICAL,
    action="narrow-scope",
    controls=(
        "owasp-nhi-top10/NHI5:2025",
        "owasp-asi-top10/ASI03",
        "owasp-asi-top10/ASI02",
        "csa-maestro/L4",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-ai-rmf-1.0/MAP 3.3",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0012",
        "mitre-atlas/AML.T0053",
    ),
)
def admin_wildcard(view: View) -> Verdicts:
    return verdicts(
        "identities",
        applies=OURS,
        gap=c.admin,
        raised=any_of(c("class") == "agent", at_least("agents_using", 1)),
        says="administrator of {admin_scope} by {admin_because}",
        expected="named actions on named resources",
        unknown="what its policies allow is not known, or hangs on a condition",
        cause=c.admin_policy,
    )
