"""From an estate and its findings to a plan: risk as it is, what to do in which order, what that leaves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import polars as pl

from posture.checks.check import Check
from posture.checks.view import View
from posture.graph.answers import Answers
from posture.graph.sweep import MICRO
from posture.model.frames import TIME
from posture.model.overview import Risk
from posture.plan.board import Board, board
from posture.plan.dates import Dates
from posture.plan.due import REST, Due
from posture.plan.field import Field
from posture.plan.origins import origins
from posture.plan.paths import Standing, standing
from posture.plan.planned import Planned
from posture.plan.residual import MOST_ENTRIES
from posture.plan.search import Ordered, searched
from posture.plan.steps import printed
from posture.plan.without import by_key, one_sided, refuse


def plan(
    view: View,
    answered: Answers,
    findings: pl.DataFrame,
    checks: Sequence[Check],
    without: Collection[str] = (),
    off: Collection[str] = (),
) -> Planned:
    """The plan of the estate behind `view`; actions whose ids are in `without` are left out, and rules that
    are `off` do not hold.

    InputError names one that cannot be left out, or that there is none.
    """
    estate = view.estate
    begun = origins(view)
    field = Field.of(answered.graph, begun, estate.settings.factors)
    made = board(view, answered.graph, begun, findings, checks, off=off)
    warnings: tuple[str, ...] = ()
    if without:
        refuse(view, made, without)
        whole, made = made, board(view, answered.graph, begun, findings, checks, without, off)
        if "both-kinds" not in off:
            warnings = _one_sided(whole, made, field, without)
    now = standing(estate, answered.graph, begun, field)
    most = estate.settings.planning.refine
    ordered = searched(made, field, most)
    premium = None if "priced" in off else _premium(made, field, ordered, most)
    tables = printed(made, ordered, now, begun.rows, estate.as_of, estate.settings.planning)
    return Planned(
        {
            "steps": tables.steps,
            "step_findings": tables.findings,
            "step_needs": tables.needs,
            "paths": now.paths,
            "hops": now.hops,
            "chokes": now.chokes,
            "origins": now.origins,
        },
        _dated(Dates.of(view, made.causes, off), findings, checks, estate.as_of),
        _risk(made, now, ordered, premium),
        warnings,
    )


def _one_sided(whole: Board, left: Board, field: Field, without: Collection[str]) -> tuple[str, ...]:
    kept = {one.id for one in left.actions}
    mask = sum(1 << at for at, one in enumerate(whole.actions) if one.id in kept)
    residual = whole.risk(field)
    return one_sided(
        whole, by_key(whole), mask, without, lambda at: residual.gains(mask, [1 << at])[0] / MICRO
    )


MOST_PRICED = 6_000
"""Above this many actions the price of the rules of order is not looked for: it needs a second search."""


def _premium(made: Board, field: Field, ordered: Ordered, most: int) -> float | None:
    """What the rules of order cost in risk-hours, against the order that is found without them.

    None where a second search costs too much: not computed is not free.
    """
    if len(field) > MOST_ENTRIES or len(made.actions) > MOST_PRICED:
        return None
    if made.needs == made.technical and all(due.stage == REST for due in made.dues):
        return 0.0
    free = searched(made, field, most, seeds=False)
    return ordered.area(made.hours) - free.area(made.hours)


def _risk(made: Board, now: Standing, ordered: Ordered, premium: float | None) -> Risk:
    hours, burn = 0.0, [(0.0, ordered.risks[0] / MICRO)]
    urgent = 0
    for at, after in zip(ordered.order, ordered.risks[1:], strict=True):
        hours += made.hours[at]
        burn.append((hours, after / MICRO))
        urgent += made.dues[at].stage < REST
    return Risk(
        total=ordered.risks[0] / MICRO,
        low=now.low,
        high=now.high,
        choked=now.choked,
        after_plan=ordered.risks[-1] / MICRO,
        floor=ordered.floor / MICRO,
        after_wave0=ordered.risks[urgent] / MICRO,
        premium=premium,
        area=ordered.area(made.hours),
        burn=tuple(burn),
    )


def _dated(
    dates: Dates, findings: pl.DataFrame, checks: Sequence[Check], as_of: datetime | None
) -> pl.DataFrame:
    """Findings with the date that the tree gives them and its label."""
    classes = {check.id: check.action for check in checks}
    labels, times = [], []
    for row in findings.iter_rows(named=True):
        found = (
            dates.of_finding(row, classes[row["check"]])
            if row["result"] == "gap" and row["check"] in classes
            else Due("", None)
        )
        labels.append(found.label)
        times.append(None if as_of is None else found.at(as_of))
    return findings.with_columns(
        pl.Series("label", labels, dtype=pl.String), pl.Series("due", times, dtype=TIME)
    )
