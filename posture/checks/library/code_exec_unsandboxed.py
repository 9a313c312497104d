"""Tools that run code where everything lies."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of, at_least
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Code runs without isolation",
    why="What the model writes runs with all that the machine holds.",
    fix="Run it in a sandbox without credentials and with closed egress.",
    severity=Severity.HIGH,
    raised=Severity.CRITICAL,
    weight=Severity.CRITICAL,
    action="sandbox",
    controls=(
        "owasp-nhi-top10/NHI6:2025",
        "owasp-nhi-top10/NHI8:2025",
        "owasp-asi-top10/ASI05",
        "owasp-asi-top10/ASI02",
        "csa-maestro/L4",
        "csa-maestro/L3",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-ai-rmf-1.0/MEASURE 2.6",
        "nist-csf-2.0/PR.PS-05",
        "nist-csf-2.0/PR.IR-01",
        "mitre-atlas/AML.T0050",
        "mitre-atlas/AML.T0100",
        "mitre-atlas/AML.T0105",
        "mitre-atlas/AML.T0112.000",
    ),
)
def code_exec_unsandboxed(view: View) -> Verdicts:
    open_ = any_of(~c.sandboxed, c.sandbox_open)
    within = any_of(at_least("ambient_holdings", 1), at_least("holdings", 1))
    return verdicts(
        "tools",
        applies=all_of(c.runs_code, c.usable),
        gap=any_of(~c.sandboxed, all_of(c.sandbox_open, at_least("ambient_holdings", 1))),
        raised=all_of(open_, within),
        says="sandboxed: {sandboxed}, open egress: {sandbox_open}; in reach: {ambient_holdings_names}",
        expected="a sandbox without ambient credentials, or with closed egress",
        unknown="nothing says whether it is sandboxed",
    )
