"""Small estates, judged by chosen checks and planned."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import polars as pl

from posture.checks.added import view
from posture.checks.check import Check
from posture.checks.judge import judge
from posture.checks.registry import every
from posture.checks.view import View
from posture.estate.estate import Estate
from posture.graph.answers import Answers, answers
from posture.plan.board import Board, board
from posture.plan.estate_plan import plan
from posture.plan.field import Field
from posture.plan.origins import origins
from posture.plan.planned import Planned


def chosen(*ids: str) -> tuple[Check, ...]:
    """Checks of the catalogue by their ids."""
    known = {check.id: check for check in every()}
    return tuple(known[id_] for id_ in ids)


class Case:
    """An estate, what the chosen checks find in it, and its plan."""

    def __init__(
        self, estate: Estate, *checks: str, without: Collection[str] = (), off: Collection[str] = ()
    ) -> None:
        self.off = off
        self.answers: Answers = answers(estate)
        self.view: View = view(estate, self.answers)
        self.checks = chosen(*checks)
        self.findings: pl.DataFrame = judge(self.view, self.checks).findings
        self.plan: Planned = plan(self.view, self.answers, self.findings, self.checks, without, off)
        self.risk = self.plan.risk
        self.steps = self.plan.tables["steps"]

    def board(self, off: Collection[str] = ()) -> tuple[Board, Field]:
        """What the search works on."""
        begun = origins(self.view)
        graph = self.answers.graph
        field = Field.of(graph, begun, self.view.estate.settings.factors)
        return board(self.view, graph, begun, self.findings, self.checks, off=off), field

    def classes(self, lane: str = "order") -> list[str]:
        """Classes of the steps of a lane, in order."""
        return self.steps.filter(pl.col("lane") == lane)["action"].to_list()

    def step(self, action: str, subject: str | None = None) -> dict[str, Any]:
        """The one step of that class, on that subject."""
        rows = self.steps.filter(pl.col("action") == action)
        if subject is not None:
            rows = rows.filter(pl.col("subject") == subject)
        return rows.row(0, named=True) if rows.height == 1 else {}

    def by_route(self) -> dict[str, float]:
        """Risk by route."""
        sums = self.plan.tables["origins"].group_by("route").agg(pl.col("risk").sum())
        return dict(sums.iter_rows())
