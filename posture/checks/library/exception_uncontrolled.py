"""Exceptions that nobody holds to their word."""

from __future__ import annotations

import polars as pl

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import any_of, known_none_or
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Exception lacks its controls or has run out",
    why="The reason for accepting the risk has gone, the risk has not.",
    fix="Renew it with all its controls, or end what it excuses.",
    severity=Severity.HIGH,
    raised=Severity.HIGH,
    action="isolate-exception",
    controls=(
        "owasp-nhi-top10/NHI7:2025",
        "owasp-nhi-top10/NHI9:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MANAGE 1.4",
        "nist-ai-rmf-1.0/MANAGE 1.3",
        "nist-ai-rmf-1.0/MAP 1.5",
        "nist-csf-2.0/ID.RA-07",
        "nist-csf-2.0/GV.RM-02",
        "mitre-atlas/AML.T0012",
    ),
    settings=("limits.exception_days",),
)
def exception_uncontrolled(view: View) -> Verdicts:
    term = view.limits.exception_days
    return verdicts(
        "decisions",
        applies=c.kind == "exception",
        gap=any_of(
            ~c.vaulted,
            ~c.scope_reduced,
            ~c.monitored,
            ~c.runbook,
            ~c.countersigned,
            known_none_or("expires", any_of(view.past("expires"), c.term_days > term)),
        ),
        says="vault: {vaulted}, reduced scope: {scope_reduced}, monitor: {monitored}, runbook: {runbook}, "
        "approved by another: {countersigned}, until {expires:date}",
        expected=f"all five, for at most {term} days, and not run out",
        unknown="the register does not say which controls it has",
        per=pl.concat_str(c.check, c.finding, separator=" ", ignore_nulls=True),
    )
