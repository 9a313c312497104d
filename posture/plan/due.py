"""Until when a gap must be closed: a small decision tree with few, named inputs."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from posture.model.results import Severity
from posture.settings import Limits

PUBLIC, INTERNAL, ROTATE, REST = 0, 1, 2, 3
"""The stages of the plan: contain what lies outside, contain what lies inside, rotate, everything else."""

DAY = 24.0


class Facts(Struct, frozen=True):
    """What the tree asks; what nobody knows does not shorten a date, and validity not known is valid."""

    severity: Severity | None = None
    """Of the gap; none where there is no gap."""
    exposure: str | None = None
    valid: bool | None = None
    long_lived: bool | None = None
    shared: bool | None = None
    broad: bool | None = None
    """Whether an agent with broad access uses it."""
    leaver: bool | None = None
    """Whether somebody who left knew it, and it was not issued anew."""
    changed: bool | None = None
    """Whether code, tools or privileges changed, or retries looked suspicious, since it was issued."""
    exception_expired: bool | None = None
    open_write: bool | None = None
    """An endpoint that anybody may write through."""
    any_tenant: bool | None = None
    """Trust open to any tenant."""
    unapproved: bool | None = None
    """A destructive action of an autonomous agent without strong approval."""
    overdue_write: bool | None = None
    """Age or lifetime over its limit, with write on a system of criticality 4 or more."""
    gate_missing: bool | None = None
    """In production without the gate that leads there."""


class Due(Struct, frozen=True):
    """When, as hours from the start, and the class it belongs to."""

    label: str
    """closed, contain-now, rotate-now, 24 h, 7 d, 30 d, 90 d, track; empty where there is no gap."""
    hours: float | None
    stage: int = REST

    def at(self, as_of: datetime) -> datetime | None:
        """The date; hours are calendar hours."""
        return None if self.hours is None else as_of + timedelta(hours=self.hours)


def due(facts: Facts, limits: Limits) -> Due:
    """The first branch that matches."""
    if facts.valid is False:
        return Due("closed", None)
    if facts.exposure == "public":
        return Due("contain-now", limits.contain_public, PUBLIC)
    if facts.exposure == "internal":
        return Due("contain-now", limits.contain_internal, INTERNAL)
    if facts.long_lived and (facts.shared or facts.broad):
        return Due("rotate-now", DAY, ROTATE)
    if facts.leaver or facts.changed or facts.exception_expired or facts.open_write or facts.any_tenant:
        return Due("24 h", DAY)
    if facts.unapproved or facts.overdue_write or facts.gate_missing:
        return Due("7 d", 7 * DAY)
    if facts.severity is None:
        return Due("", None)
    if facts.severity >= Severity.HIGH:
        return Due("30 d", 30 * DAY)
    return Due("90 d", 90 * DAY) if facts.severity is Severity.MEDIUM else Due("track", None)
