"""Solves planner instances and says how good the order is: area, bound, optimum, price of the seed rules."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from posture.model.errors import InputError
from posture.model.text import plain
from posture.plan.bounds import TIE, lower_bound, optimum
from posture.plan.fixed import FixedAtoms
from posture.plan.instance import Instance, read
from posture.plan.order import order
from posture.plan.precedence import Precedence, Task, members
from posture.plan.refine import refined

DECIMALS = 9
"""Figures are printed to a billionth, below which only the noise of binary fractions lives."""


SHORT_SIGHTED = 0.05
"""Densest first is easy to explain: it stands unless a better order is known that saves more than this."""


def solve_lines(lines: Iterable[str]) -> Iterator[str]:
    """One JSON line per instance line; raises InputError at the first line that cannot be planned."""
    for instance in read(lines):
        try:
            found = solve(instance)
        except InputError as error:
            raise InputError(f"instance {plain(instance.id)!r}: {error}") from None
        yield json.dumps(found, ensure_ascii=True, allow_nan=False)


def solve(instance: Instance) -> dict[str, Any]:
    """The plan of one instance with its figures; `optimum` is null above fourteen ordered actions."""
    hours = {name: Fraction(repr(action.cost)) for name, action in instance.actions.items()}
    per_hour = math.lcm(*(cost.denominator for cost in hours.values()))
    names = sorted(instance.actions)
    residual = FixedAtoms(instance.atoms, [instance.actions[name].mult for name in names])
    bound = Precedence([_task(instance, name, int(hours[name] * per_hour), seeds=True) for name in names])
    free = Precedence([_task(instance, name, int(hours[name] * per_hour), seeds=False) for name in names])

    wanted = bound.closed(residual.earning)
    found, better, exact = _orders(bound, residual, wanted, instance)
    premium: float | None = 0.0
    if any(action.earns_after for action in instance.actions.values()):
        premium = None
    elif free.before != bound.before or len(bound.stages) > 1:
        _, unbound, _ = _orders(free, residual, wanted, instance)
        premium = _area(instance, names, residual, better) - _area(instance, names, residual, unbound)
    risks = residual.risk_after_each(found)
    return {
        "id": instance.id,
        "R0": _figure(risks[0]),
        "R_end": _figure(risks[-1]),
        "order": [names[at] for at in found],
        "area": _figure(_area(instance, names, residual, found)),
        "refined_order": [names[at] for at in better],
        "refined_area": _figure(_area(instance, names, residual, better)),
        "lower_bound": _figure(
            lower_bound(residual, [hours[name] for name in names], tuple(members(wanted)))
        ),
        "optimum": None if exact is None else _figure(_area(instance, names, residual, exact)),
        "premium": None if premium is None else _figure(premium),
    }


def _task(instance: Instance, name: str, cost: int, seeds: bool) -> Task:
    action = instance.actions[name]
    if seeds:
        return Task(name, cost, (*action.pre, *action.seed_pre), action.stage)
    return Task(name, cost, action.pre)


def _orders(
    precedence: Precedence, residual: FixedAtoms, wanted: int, instance: Instance
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...] | None]:
    """The order by density, the best order known, and the exact optimum where it can be had."""
    names = [task.id for task in precedence.tasks]
    found = order(precedence, residual, wanted)
    better = refined(precedence, residual, found)
    costs = [instance.actions[name].cost for name in names]
    exact = optimum(precedence, residual, costs, tuple(members(wanted)))
    areas = {one: _area(instance, names, residual, one) for one in (found, better, exact) if one is not None}
    if exact is not None:
        # Orders of one area are told apart by noise alone: the one nearer to densest-first stays.
        better = exact if areas[exact] < areas[better] * (1 - TIE) else better
        exact = better
    if areas[better] < areas[found] * (1 - SHORT_SIGHTED):
        found = better
    return found, better, exact


def _area(instance: Instance, names: Sequence[str], residual: FixedAtoms, order: Sequence[int]) -> float:
    """Risk-hours: for each action its hours times the risk before it."""
    risks = residual.risk_after_each(order)
    return math.fsum(instance.actions[names[at]].cost * risk for at, risk in zip(order, risks, strict=False))


def _figure(value: float) -> float:
    # Adding zero turns a negative zero into a plain one.
    return round(value, DECIMALS) + 0.0
