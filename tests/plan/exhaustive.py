"""The least area of a small instance, searched plainly over all sets; shares no code with the planner."""

from __future__ import annotations

import math
from functools import cache
from typing import Any


def least_area(instance: dict[str, Any], ordered: list[str]) -> float:
    """Over all orders of `ordered` that keep prerequisites and stages."""
    actions, atoms = instance["actions"], instance["atoms"]

    def risk(done: frozenset[str]) -> float:
        return sum(
            weight * math.prod(actions[name].get("mult", {}).get(atom, 1) for name in sorted(done))
            for atom, weight in atoms.items()
        )

    @cache
    def rest(done: frozenset[str]) -> float:
        undone = [name for name in ordered if name not in done]
        if not undone:
            return 0.0
        before = risk(done)
        stage = min(actions[name].get("stage", 0) for name in undone)
        return min(
            actions[name]["cost"] * before + rest(done | {name})
            for name in undone
            if actions[name].get("stage", 0) == stage and not waits(actions[name], undone)
        )

    return rest(frozenset())


def waits(action: dict[str, Any], undone: list[str]) -> bool:
    """Whether something that `action` needs is still undone."""
    return any(need in undone for need in (*action.get("pre", ()), *action.get("seed_pre", ())))


def area(instance: dict[str, Any], order: list[str]) -> float:
    """Risk-hours of `order`, from the definition; refuses an order that breaks a prerequisite or a stage."""
    actions = instance["actions"]
    left = dict(instance["atoms"])
    total, stage = 0.0, 0
    for at, name in enumerate(order):
        action = actions[name]
        assert not waits(action, order[at:]), f"{name} comes before what it needs"
        assert action.get("stage", 0) >= stage, f"{name} comes after a later stage"
        stage = action.get("stage", 0)
        total += action["cost"] * sum(left.values())
        for atom, multiplier in action.get("mult", {}).items():
            left[atom] *= multiplier
    return total
