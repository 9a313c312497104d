"""What the search for an order needs of one estate: actions, what they change, what they wait for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from posture.checks.check import Check
from posture.checks.view import View
from posture.graph.build import Graph
from posture.plan.acting import Acting
from posture.plan.causes import Cause, Causes, Wanted
from posture.plan.change import Change
from posture.plan.classes import CLASSES
from posture.plan.dates import Dates
from posture.plan.due import REST, Due
from posture.plan.effects import effects
from posture.plan.field import Field
from posture.plan.generation import wanted
from posture.plan.origins import Origins
from posture.plan.precedence import Task
from posture.plan.residual import EstateRisk
from posture.plan.rules import SEED_RULES, STRICT_RULES, TECHNICAL_RULES, Action, Need, Subject, needs
from posture.plan.subjects import Concerned, enablers, platforms, unmapped

TICKS = 60
"""To an hour: effort is planned in minutes."""

_STAGED = ("contain", "rotate", "decommission")


class Board(Struct, frozen=True):
    """Actions in the order of their ids; `changes`, `dues` and `hours` stand in the same order."""

    actions: tuple[Wanted, ...]
    changes: tuple[Change, ...]
    dues: tuple[Due, ...]
    hours: tuple[float, ...]
    needs: tuple[Need, ...]
    technical: tuple[Need, ...]
    causes: Causes
    concerned: Concerned
    acting: Acting

    def tasks(self, seeds: bool = True) -> list[Task]:
        """With all rules of order, or with technical prerequisites alone."""
        waits: dict[str, list[str]] = {}
        for need in self.needs if seeds else self.technical:
            waits.setdefault(need.action, []).append(need.needs)
        return [
            Task(
                one.id,
                round(hours * TICKS),
                tuple(waits.get(one.id, ())),
                due.stage if seeds else REST,
                None if due.hours is None else round(due.hours * TICKS),
            )
            for one, due, hours in zip(self.actions, self.dues, self.hours, strict=True)
        ]

    def only(self, kept: Sequence[int]) -> Board:
        """Nothing but the actions at the positions `kept`, ascending, which wait for no others."""
        ids = {self.actions[at].id for at in kept}
        return replace(
            self,
            actions=tuple(self.actions[at] for at in kept),
            changes=tuple(self.changes[at] for at in kept),
            dues=tuple(self.dues[at] for at in kept),
            hours=tuple(self.hours[at] for at in kept),
            needs=tuple(need for need in self.needs if need.action in ids),
            technical=tuple(need for need in self.technical if need.action in ids),
        )

    def risk(self, field: Field) -> EstateRisk:
        """What is left of the risk of `field` after sets of these actions."""
        return EstateRisk(field, self.changes)


def board(
    view: View,
    graph: Graph,
    origins: Origins,
    findings: pl.DataFrame,
    checks: Sequence[Check],
    without: Collection[str] = (),
    off: Collection[str] = (),
) -> Board:
    """The actions that `findings` ask for, but those `without`; rules that are `off` do not hold."""
    causes, asked = wanted(view, findings, checks, off)
    actions = {one.id: one for one in asked if one.id not in without}
    dates = Dates.of(view, causes, off)
    dues = {id_: _staged(one, dates.of_action(one)) for id_, one in actions.items()}
    waiting = _prepared(view, causes, actions, dues, set(without), off)
    number = {pair: at for at, pair in enumerate(origins.rows.select("route", "origin").iter_rows())}
    acting = Acting(view, graph, number, causes, off)
    concerned = Concerned(view, causes)
    subjects = _with_common(
        concerned.subjects(actions, {id_: due.stage for id_, due in dues.items()}), waiting, actions, dues
    )
    technical = needs(subjects, TECHNICAL_RULES, off)
    rules = {**SEED_RULES, **(STRICT_RULES if view.estate.settings.planning.strict else {})}
    ids = sorted(actions)
    grows = "more-consumers-more-work" not in off
    return Board(
        actions=tuple(actions[id_] for id_ in ids),
        changes=effects(acting, [actions[id_] for id_ in ids]),
        dues=tuple(dues[id_] for id_ in ids),
        hours=tuple(_hours(actions[id_], causes, view.estate.settings.planning.effort, grows) for id_ in ids),
        needs=tuple(_once([*technical, *needs(subjects, rules, off)])),
        technical=technical,
        causes=causes,
        concerned=concerned,
        acting=acting,
    )


def _staged(wanted: Wanted, due: Due) -> Due:
    """Only what contains or rotates belongs to an immediate stage."""
    return due if wanted.cause.action in _STAGED else Due(due.label, due.hours, REST)


def _prepared(
    view: View,
    causes: Causes,
    actions: dict[str, Wanted],
    dues: dict[str, Due],
    without: set[str],
    off: Collection[str],
) -> dict[str, list[str]]:
    """Adds what has to be set up or found out first; answers who waits for what was set up."""
    waiting: dict[str, list[str]] = {}
    for enabler, dependants in enablers(actions, platforms(view)).items():
        one = Wanted(Cause(enabler, "estate", "scopes"), rule="other steps need it")
        if one.id not in without:
            actions[one.id], dues[one.id] = one, Due("", None)
            waiting[one.id] = dependants
    waits = "contain-at-once" in off
    later = {id_: one for id_, one in actions.items() if waits or dues[id_].stage == REST}
    for key in unmapped(later, causes):
        one = Wanted(Cause("map-consumers", key, "credentials"), rule="nobody knows who uses it")
        if one.id not in without:
            actions[one.id], dues[one.id] = one, Due("", None)
    return waiting


def _with_common(
    subjects: list[Subject],
    waiting: Mapping[str, list[str]],
    actions: Mapping[str, Wanted],
    dues: Mapping[str, Due],
) -> list[Subject]:
    """The rules speak of one subject at a time: an enabler and all that waits for it are one of their own."""

    def action(id_: str) -> Action:
        return Action(id_, actions[id_].cause.action, stage=dues[id_].stage)

    return subjects + [
        Subject(enabler, (action(enabler), *(action(id_) for id_ in dependants)))
        for enabler, dependants in sorted(waiting.items())
    ]


def _once(given: list[Need]) -> list[Need]:
    found: dict[tuple[str, str], Need] = {}
    for need in given:
        found.setdefault((need.action, need.needs), need)
    return [found[pair] for pair in sorted(found)]


def _hours(wanted: Wanted, causes: Causes, effort: Mapping[str, float], grows: bool) -> float:
    value = causes.values.get(wanted.cause.key) if grows else None
    many = 1 if value is None else max(value["users"] or 1, value["copies"])
    return CLASSES[wanted.cause.action].hours(many, effort)
