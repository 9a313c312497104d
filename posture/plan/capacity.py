"""Who works when: the order laid on lanes of so many hours a day, and which dates that puts at risk."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from posture.plan.classes import REVOCATION


class Work(Struct, frozen=True):
    """One step of the plan as the calendar sees it; all times are hours from the start."""

    id: str
    effort: float
    due: float | None = None
    contains: bool = False
    """Whether the clock of its date stops when the credential is revoked, before the rest is done."""
    needs: tuple[str, ...] = ()


class Slot(Struct, frozen=True):
    """When one step runs, in calendar hours from the start."""

    id: str
    lane: int
    start: float
    milestone: float
    """When the date is met: revoked for what contains, finished for the rest."""
    finish: float
    late: bool
    """Its date has passed already."""
    at_risk: bool
    """Its date will have passed at the milestone."""


def scheduled(
    order: Sequence[Work], lanes: int, hours_a_day: float, revoke_first: bool = False
) -> tuple[Slot, ...]:
    """Each step, in order, on the lane that is free first and not before what it waits for is finished.

    `revoke_first` revokes every credential to contain before anything else goes on.
    """
    free = [0.0] * lanes
    begun: dict[str, tuple[int, float]] = {}
    if revoke_first:
        for work in order:
            if work.contains:
                begun[work.id] = _placed(free, 0.0, min(REVOCATION, work.effort))
    slots: list[Slot] = []
    finished: dict[str, float] = {}
    for work in order:
        ready = max((finished.get(need, 0.0) for need in work.needs), default=0.0)
        if work.id in begun:
            lane, start = begun[work.id]
            done = min(REVOCATION, work.effort)
            rest = work.effort - done
            finish = _placed(free, ready, rest)[1] + rest if rest else start + done
        else:
            lane, start = _placed(free, ready, work.effort)
            finish = start + work.effort
        finished[work.id] = finish
        milestone = start + min(REVOCATION, work.effort) if work.contains else finish
        slots.append(_slot(work, lane, (start, milestone, finish), hours_a_day))
    return tuple(slots)


def _placed(free: list[float], ready: float, effort: float) -> tuple[int, float]:
    """Takes `effort` from the lane that can begin first; answers lane and beginning."""
    lane = min(range(len(free)), key=lambda one: (max(free[one], ready), one))
    start = max(free[lane], ready)
    free[lane] = start + effort
    return lane, start


def _slot(work: Work, lane: int, worked: tuple[float, float, float], hours_a_day: float) -> Slot:
    start = worked[0] // hours_a_day * 24 + worked[0] % hours_a_day
    milestone, finish = (_end(hours, hours_a_day) for hours in worked[1:])
    late = work.due is not None and work.due < 0
    at_risk = work.due is not None and milestone > work.due
    return Slot(work.id, lane, start, milestone, finish, late, at_risk)


def _end(hours: float, hours_a_day: float) -> float:
    """Calendar hours of an end: what fills a day ends on that day, not at the beginning of the next."""
    days, rest = divmod(hours, hours_a_day)
    return (days - 1) * 24 + hours_a_day if days and not rest else days * 24 + rest
