"""Random planner instances of many shapes, drawn from a seed; the tests and the bench draw the same ones."""

from __future__ import annotations

import random
from typing import Any

from posture.plan.fixed import FixedAtoms
from posture.plan.precedence import Precedence, Task

SHAPES = ("free", "chains", "in-tree", "out-tree", "sparse", "dense", "enablers", "levels")
MULTIPLIERS = (0, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 0.8, 1.0)


def instance(seed: int, smallest: int = 5, largest: int = 9) -> dict[str, Any]:
    """One instance as a JSON line would hold it, with fractional costs, stages, seed rules and enablers."""
    draw = random.Random(seed)
    shape = SHAPES[seed % len(SHAPES)]
    names = [f"x{at:02}" for at in range(draw.randint(smallest, largest))]
    draw.shuffle(names)
    atoms = {
        f"atom{at}": round(draw.uniform(0.1, draw.choice((10, 100))), 2) for at in range(draw.randint(4, 14))
    }
    needs, enablers = _needs(draw, shape, names)
    actions: dict[str, dict[str, Any]] = {}
    staged, ruled = draw.random() < 0.3, draw.random() < 0.4
    for name in names:
        seeds = [need for need in needs[name] if ruled and draw.random() < 0.5]
        action = {
            "cost": draw.choice((draw.randint(1, 16), draw.randint(1, 80) / 2, draw.randint(1, 300) / 10)),
            "mult": {} if name in enablers else _multipliers(draw, sorted(atoms)),
            "pre": [need for need in needs[name] if need not in seeds],
            "seed_pre": seeds,
            "stage": max([actions[need]["stage"] for need in needs[name]], default=0),
        }
        if name in enablers:
            action["cost"] = draw.choice((draw.randint(8, 60), action["cost"]))
        if staged:
            action["stage"] = max(action["stage"], draw.randint(0, 2))
        actions[name] = action
    return {"id": f"{shape}-{seed}", "atoms": atoms, "actions": actions}


def problem(drawn: dict[str, Any]) -> tuple[Precedence, FixedAtoms, int]:
    """The instance as the search takes it, costs in tenths of an hour, and what belongs into its order."""
    actions = drawn["actions"]
    tasks = [
        Task(name, round(actions[name]["cost"] * 10), (*one["pre"], *one["seed_pre"]), one["stage"])
        for name, one in sorted(actions.items())
    ]
    precedence = Precedence(tasks)
    residual = FixedAtoms(drawn["atoms"], [actions[task.id]["mult"] for task in tasks])
    return precedence, residual, precedence.closed(residual.earning)


def _multipliers(draw: random.Random, atoms: list[str]) -> dict[str, float]:
    return {atom: draw.choice(MULTIPLIERS) for atom in draw.sample(atoms, draw.randint(1, 4))}


def _needs(draw: random.Random, shape: str, names: list[str]) -> tuple[dict[str, list[str]], set[str]]:
    """What each action waits for, always among those before it; and which of them only open the way."""
    needs: dict[str, list[str]] = {name: [] for name in names}
    enablers: set[str] = set()
    if shape == "chains":
        count = draw.randint(1, 3)
        for at in range(count, len(names)):
            needs[names[at]].append(names[at - count])
    elif shape == "out-tree":
        for at in range(1, len(names)):
            if draw.random() < 0.8:
                needs[names[at]].append(names[draw.randrange(at)])
    elif shape == "in-tree":
        for at in range(len(names) - 1):
            if draw.random() < 0.8:
                needs[names[draw.randrange(at + 1, len(names))]].append(names[at])
    elif shape in ("sparse", "dense"):
        for at, name in enumerate(names):
            needs[name] += [
                other for other in names[:at] if draw.random() < (0.2 if shape == "sparse" else 0.4)
            ]
    elif shape == "enablers":
        count = draw.randint(1, len(names) // 3)
        enablers = set(names[:count])
        for name in names[count:]:
            needs[name] += [other for other in names[:count] if draw.random() < 0.5]
    elif shape == "levels":
        count = draw.randint(2, len(names) // 2)
        enablers = {name for name in names[:count] if draw.random() < 0.8}
        for at in range(1, count):
            if draw.random() < 0.8:
                needs[names[at]].append(names[draw.randrange(at)])
        for name in names[count:]:
            needs[name] += draw.sample(names[:count], draw.choice((0, 1, 1, 1, 2)))
    return needs, enablers
