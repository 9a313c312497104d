"""The plan as tables: steps in their lanes, which findings each closes, which steps it waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from msgspec import Struct

from posture.graph.sweep import MICRO
from posture.model.frames import frame
from posture.plan.board import Board
from posture.plan.capacity import Slot, Work, scheduled
from posture.plan.classes import CLASSES
from posture.plan.explain import Effect, thing, told
from posture.plan.paths import Standing
from posture.plan.search import Ordered
from posture.plan.waits import Waits
from posture.plan.waves import waves
from posture.settings import Planning

_GRAVITY: Mapping[str, int] = {"critical": 0, "high": 1, "medium": 2, "low": 3}


class Printed(Struct, frozen=True):
    """Tables `steps`, `step_findings` and `step_needs`."""

    steps: pl.DataFrame
    findings: pl.DataFrame
    needs: pl.DataFrame


def printed(
    board: Board,
    ordered: Ordered,
    standing: Standing,
    routes: pl.DataFrame,
    as_of: datetime | None,
    planning: Planning,
) -> Printed:
    """Both lanes; `routes` are the rows of the origins, in the order of the entries.

    The order is laid on the lanes and hours of `planning`; the control lane has dates of its own.
    """
    writer = _Writer(board, ordered, standing, routes, as_of)
    when = slots(board, ordered.waits, ordered.order, planning)
    rows = [
        {**writer.ordered(n, at), **_planned(when[n - 1], as_of)}
        for n, at in enumerate(ordered.order, start=1)
    ]
    rows += [writer.control(n, at) for n, at in enumerate(writer.lane(), start=1)]
    closes = [{"step": one.id, "finding": row["id"]} for one in board.actions for row in one.findings]
    waits = [{"step": one.action, "needs": one.needs, "because": one.because} for one in board.needs]
    return Printed(frame("steps", rows), frame("step_findings", closes), frame("step_needs", waits))


def slots(board: Board, waits: Waits, order: Sequence[int], planning: Planning) -> tuple[Slot, ...]:
    """When each step of `order` runs."""
    inside = set(order)
    work = [
        Work(
            board.actions[at].id,
            board.hours[at],
            board.dues[at].hours,
            board.actions[at].cause.action == "contain",
            tuple(board.actions[need].id for need in waits.needs[at] if need in inside),
        )
        for at in order
    ]
    return scheduled(work, planning.lanes, planning.capacity, planning.revoke_first)


def _planned(slot: Slot, as_of: datetime | None) -> dict[str, Any]:
    finish = None if as_of is None else as_of + timedelta(hours=slot.finish)
    return {"finish": finish, "at_risk": slot.at_risk}


class _Writer:
    def __init__(
        self,
        board: Board,
        ordered: Ordered,
        standing: Standing,
        routes: pl.DataFrame,
        as_of: datetime | None,
    ) -> None:
        self.board, self.plan, self.standing, self.as_of = board, ordered, standing, as_of
        self.waves = waves(ordered.waits)
        self.total = ordered.risks[0] / MICRO
        self.final = ordered.risks[-1] / MICRO
        self.route = routes["route"].to_list()
        self.origin = routes["origin"].to_list()
        self.members: dict[int, set[int]] = {}
        for at, first in ordered.together.items():
            self.members.setdefault(first, set()).add(at)

    def lane(self) -> list[int]:
        """The control lane: by date, gravity, effort and id."""

        def key(at: int) -> tuple[Any, ...]:
            due = self.board.dues[at]
            gravity = min((_GRAVITY[row["severity"]] for row in self.board.actions[at].findings), default=9)
            return (
                due.hours is None,
                due.hours or 0.0,
                gravity,
                self.board.hours[at],
                self.board.actions[at].id,
            )

        return sorted(self.plan.control, key=key)

    def ordered(self, n: int, at: int) -> dict[str, Any]:
        before, after = self.plan.risks[n - 1] / MICRO, self.plan.risks[n] / MICRO
        gain = (self.plan.risks[n - 1] - self.plan.risks[n]) / MICRO
        return self._row(n, at, "order", gain, before, after)

    def control(self, n: int, at: int) -> dict[str, Any]:
        return self._row(n, at, "control", 0.0, self.final, self.final)

    def _row(self, n: int, at: int, lane: str, gain: float, before: float, after: float) -> dict[str, Any]:
        wanted, due, hours = self.board.actions[at], self.board.dues[at], self.board.hours[at]
        entries = self.plan.lowered.get(at, ()) if gain > 0 else ()
        first = self.plan.together.get(at)
        effect = Effect(
            gain=gain,
            total=self.total,
            origins=len(entries),
            systems=self._systems(entries),
            unlocks=self.plan.waits.after[at],
            together=self._parallel(at),
            needs=len(self.plan.waits.needs[at]),
            assumed=self.board.acting.is_assumed(wanted, self.board.changes[at]),
        )
        said = told(wanted, due, effect, self.board.causes)
        return {
            "n": n,
            "id": wanted.id,
            "action": wanted.cause.action,
            "subject": wanted.cause.key,
            "name": thing(wanted, self.board.causes),
            "title": said.title,
            "lane": lane,
            "stage": due.stage,
            "wave": self.waves[at],
            "bundle": "" if first is None else self.board.actions[first].id,
            "due": None if self.as_of is None else due.at(self.as_of),
            "label": due.label,
            "effort": hours,
            "gain": gain,
            "risk_after": after,
            "density": gain / hours if hours else 0.0,
            "failure_mode": CLASSES[wanted.cause.action].mode,
            "why": said.why,
            "breaks": said.breaks,
            "may_break": said.may_break,
            "proof": said.proof,
            "how": said.how,
            "owner": next((row["owner"] for row in wanted.findings if row["owner"]), None),
            "findings": len(wanted.findings),
            "agents": self._agents(at, entries),
            "systems": effect.systems,
        }

    def _parallel(self, at: int) -> int:
        """Others of its bundle, where nothing in it waits for it or is waited for: ways side by side."""
        first = self.plan.together.get(at)
        if first is None:
            return 0
        others, before = self.members[first] - {at}, self.plan.waits.before
        return 0 if any(one in before[at] or at in before[one] for one in others) else len(others)

    def _agents(self, at: int, entries: tuple[int, ...]) -> int:
        """Agents whose own risk it lowers, and those that use what is changed."""
        found = {self.origin[entry] for entry in entries if self.route[entry] == "hijacked-agent"}
        wanted = self.board.actions[at]
        if wanted.cause.noun == "credentials":
            found |= self.board.concerned.users.get(wanted.cause.key, set())
        if wanted.cause.noun == "agents" and wanted.cause.key in self.board.concerned.agents:
            found.add(wanted.cause.key)
        return len(found)

    def _systems(self, entries: tuple[int, ...]) -> int:
        if not entries:
            return 0
        rows = self.standing.reached.rows(np.array(entries, dtype=np.int64))[1]
        return len(np.unique(self.standing.systems[rows]))
