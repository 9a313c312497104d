"""A plan kept ready for trying: what is left with some steps done, or with all of them but some."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

import polars as pl
from msgspec import Struct

from posture.checks.check import Check
from posture.checks.view import View
from posture.graph.build import Graph
from posture.graph.sweep import MICRO
from posture.model.errors import InputError, UsageError
from posture.model.text import plain
from posture.plan.board import Board, board
from posture.plan.burn import Burn
from posture.plan.field import Field
from posture.plan.ground import Ground, Weighed
from posture.plan.origins import origins
from posture.plan.steps import slots
from posture.plan.touched import Touched
from posture.plan.waits import Waits
from posture.plan.without import by_key, one_sided, refuse


class Left(Struct, frozen=True):
    """What a set of steps leaves of the path risk."""

    risk: float
    paths: int
    """Ways from an origin to a system that are open and weigh something: one per route, origin and system."""
    systems: int
    """Different systems at their ends."""

    @classmethod
    def of(cls, weighed: Weighed) -> Left:
        return cls(weighed.risk / MICRO, weighed.paths, weighed.systems)


class WhatIf:
    """The steps of one plan. Made once, at about the cost of the sweep that every assessment makes; after
    that one step costs what it touches.
    """

    def __init__(self, view: View, made: Board, field: Field, steps: pl.DataFrame) -> None:
        """`steps` is the table of that name."""
        self._view, self._board, self._field = view, made, field
        known = {one.id: at for at, one in enumerate(made.actions)}
        self._at = {id_: known[id_] for id_ in steps["id"] if id_ in known}
        ordered = steps.filter(pl.col("lane") == "order", pl.col("id").is_in(list(self._at))).sort("n")
        self._order = tuple(self._at[id_] for id_ in ordered["id"])
        self._every = sum(1 << at for at in self._at.values())
        self._touched = Touched(made.changes, len(field.net.graph.links))
        self._now = Ground(field, self._touched)
        self._planned = Ground(field, self._touched, self._every)
        risks = [self._now.weighed.risk, *(round(left * MICRO) for left in ordered["risk_after"])]
        self._burn = Burn(field, self._touched, self._order, made.hours, risks)
        self.now = Left.of(self._now.weighed)
        """With nothing done."""
        self.planned = Left.of(self._planned.weighed)
        """With every step done."""

    @classmethod
    def of(
        cls, view: View, graph: Graph, findings: pl.DataFrame, checks: Sequence[Check], steps: pl.DataFrame
    ) -> WhatIf:
        """From the tables of an assessment, whether it was just made or saved by an earlier run."""
        begun = origins(view)
        field = Field.of(graph, begun, view.estate.settings.factors)
        return cls(view, board(view, graph, begun, findings, checks), field, steps)

    def doing(self, steps: Collection[str]) -> Left:
        """With these steps done now and nothing else. InputError for an id that is no step."""
        return Left.of(self._now.after(self._mask(steps)))

    def without(self, steps: Collection[str]) -> Left:
        """With every step done but these, in the order and in the control lane."""
        return Left.of(self._planned.after(self._every & ~self._mask(steps)))

    def refused(self, steps: Collection[str]) -> str:
        """Why these steps may not be left out, in a sentence; empty where they may."""
        try:
            refuse(self._view, self._board, steps)
        except (InputError, UsageError) as error:
            return str(error)
        return ""

    def one_sided(self, steps: Collection[str]) -> tuple[str, ...]:
        """One sentence for each of `steps` whose subject would keep steps of the other kind only."""
        kept = self._every & ~self._mask(steps)

        def lost(at: int) -> float:
            left = self._planned.after(kept).risk - self._planned.after(kept | 1 << at).risk
            return left / MICRO

        return one_sided(self._board, self._concerning, kept, steps, lost)

    @cached_property
    def _waits(self) -> Waits:
        return Waits.of(self._board.tasks())

    @cached_property
    def _concerning(self) -> Mapping[str, list[int]]:
        return by_key(self._board)

    def burn(self, without: Collection[str] = ()) -> tuple[tuple[float, float], ...]:
        """Hours of work and the risk left after them, along the same order with `without` left out.

        Every point is exact. Where very much hangs on what is left out, only some of the points are told.
        """
        return self._burn.without([self._at[id_] for id_ in without if id_ in self._at])

    def late(self, without: Collection[str] = ()) -> tuple[str, ...]:
        """Steps whose date would have passed when they are done, with `without` left out, in order."""
        out = {self._at[id_] for id_ in without if id_ in self._at}
        kept = [at for at in self._order if at not in out]
        planning = self._view.estate.settings.planning
        found = slots(self._board, self._waits, kept, planning)
        return tuple(slot.id for slot in found if slot.at_risk)

    def _mask(self, steps: Iterable[str]) -> int:
        mask = 0
        for id_ in steps:
            if id_ not in self._at:
                raise UsageError(
                    f"{plain(id_)}: is no step of this plan; `posture plan SOURCE` lists their ids"
                )
            mask |= 1 << self._at[id_]
        return mask
