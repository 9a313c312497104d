"""What people may do side by side: the plan's steps as waves, each waiting only for earlier ones."""

from __future__ import annotations

from posture.plan.due import REST
from posture.plan.waits import Waits

NAMES = (
    "Contain now",
    "Remove standing trust and independent scope cuts",
    "Replace and constrain",
    "Enforce and approve",
    "Finish chains",
)


def waves(waits: Waits) -> tuple[int, ...]:
    """The wave of each task: 0 for the immediate stages, else one more than the latest it waits for."""
    found: dict[int, int] = {}
    for at in sorted(range(len(waits.stages)), key=lambda one: len(waits.before[one])):
        needed = [found[need] for need in waits.needs[at]]
        found[at] = 0 if waits.stages[at] < REST else 1 + max(needed, default=0)
    return tuple(found[at] for at in range(len(waits.stages)))


def name(wave: int) -> str:
    """What a wave is called; the last name serves all that follow."""
    return NAMES[min(wave, len(NAMES) - 1)]
