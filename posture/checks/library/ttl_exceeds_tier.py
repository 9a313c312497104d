"""Credentials that are valid too long for what they open."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import all_of, any_of, reaches, reaches_any
from posture.checks.subjects import OUTWARD, WRITES
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Credential is valid longer than its impact allows",
    why="The more it can destroy, the less time a thief may have.",
    fix="Shorten it to the ceiling of its tier, or justify a longer life and keep it in a managed store.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    weight=Severity.HIGH,
    action="just-in-time",
    controls=(
        "owasp-nhi-top10/NHI7:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MANAGE 1.2",
        "nist-ai-rmf-1.0/MEASURE 2.7",
        "nist-csf-2.0/PR.AA-05",
        "mitre-atlas/AML.T0012",
    ),
    settings=(
        "limits.ttl_destructive",
        "limits.ttl_write",
        "limits.ttl_read",
        "limits.long_lived",
    ),
)
def ttl_exceeds_tier(view: View) -> Verdicts:
    limits = view.limits
    worst = any_of(reaches_any(OUTWARD), reaches("criticality", 5))
    over = any_of(
        c.long_lived,
        c.ttl_hours > limits.ttl_read,
        all_of(reaches_any(WRITES), c.ttl_hours > limits.ttl_write),
        all_of(worst, c.ttl_hours > limits.ttl_destructive),
    )
    return verdicts(
        "credentials",
        applies=c.live,
        gap=all_of(over, ~all_of(c.has_business_case, c.exposure == "managed")),
        raised=reaches_any(OUTWARD),
        says="valid {ttl_hours} h, expires: {expires:date}, business case: {business_case}",
        expected=f"at most {limits.ttl_destructive:g} h to destroy, {limits.ttl_write:g} h to write, "
        f"{limits.ttl_read:g} h to read",
        unknown="how long it is valid, or what it opens, is not known",
    )
