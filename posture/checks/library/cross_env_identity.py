"""Identities that live in two worlds."""

from __future__ import annotations

from posture.checks.check import Verdicts, check, verdicts
from posture.checks.kleene import all_of, at_least
from posture.checks.subjects import OURS
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Identity is used in production and elsewhere",
    why="A foothold in a test system is one in production.",
    fix="Give each environment an identity of its own.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="separate",
    controls=(
        "owasp-nhi-top10/NHI8:2025",
        "owasp-nhi-top10/NHI9:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L4",
        "nist-ai-rmf-1.0/MAP 4.2",
        "nist-csf-2.0/PR.IR-01",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0012",
    ),
)
def cross_env_identity(view: View) -> Verdicts:
    return verdicts(
        "identities",
        applies=OURS,
        gap=all_of(at_least("production_users", 1), at_least("elsewhere_users", 1)),
        says="in production: {production_users_names}; elsewhere: {elsewhere_users_names}",
        expected="users of one environment",
        unknown="not all of its users are known, or not where they run",
    )
