"""Managed secrets that are not rotated."""

from __future__ import annotations

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.kleene import absent, all_of, among, any_of, at_least, present_and
from posture.checks.view import View
from posture.model.results import Severity


@check(
    title="Managed rotation is off, failed or overdue",
    why="The store promises rotation and does not do it.",
    fix="Switch it on, find out why it failed, and rotate now.",
    severity=Severity.MEDIUM,
    raised=Severity.HIGH,
    action="rotate",
    controls=(
        "owasp-nhi-top10/NHI7:2025",
        "owasp-asi-top10/ASI03",
        "csa-maestro/L6",
        "nist-ai-rmf-1.0/MANAGE 4.1",
        "nist-csf-2.0/PR.AA-01",
        "mitre-atlas/AML.T0012",
    ),
    settings=("limits.rotation",),
)
def rotation_overdue(view: View) -> Verdicts:
    late = view.older("issued", view.limits.rotation)
    return verdicts(
        "credentials",
        applies=among("store", ("vault", "secret-manager")),
        gap=any_of(
            absent("rotation"),
            ~c.rotation,
            present_and("next_rotation", view.past("next_rotation")),
            all_of(c.engine != "dynamic", late),
        ),
        raised=at_least("consumers", 2),
        says="rotation: {rotation}, next: {next_rotation:date}, issued {issued:date}",
        expected=f"rotated by the store at least every {view.limits.rotation} days",
        unknown="the store does not say when it rotates",
    )
