"""Long-lived credentials that nobody watches."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Nothing watches for unusual use of the credential",
    why="A stolen long-lived credential works quietly for as long as it likes.",
    fix="Compare its use with task, source and schedule, and alert on the difference.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    action="watch-reuse",
    controls=(
        "owasp-nhi-top10/NHI2:2025",
        "owasp-nhi-top10/NHI9:2025",
        "owasp-asi-top10/ASI10",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L5",
        "nist-ai-rmf-1.0/MEASURE 2.4",
        "nist-ai-rmf-1.0/MANAGE 4.1",
        "nist-csf-2.0/DE.CM-09",
        "nist-csf-2.0/DE.AE-02",
        "mitre-atlas/AML.T0012",
        "mitre-atlas/AML.T0091",
    ),
)
def no_reuse_monitor(view: View) -> Verdicts:
    return verdicts(
        "agents",
        applies=c.holds_long_lived,
        gap=~c.monitored,
        raised=c.holds_excepted,
        says="holds {credentials_names}; monitored: {monitored}",
        expected="an enabled rule on use that does not fit the task",
        unknown="nothing says whether its use is watched",
    )
