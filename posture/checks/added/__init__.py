"""Columns that joins and reach add to each table, found by walking this folder: one file per noun."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from posture.checks.view import Added, Answered, View
from posture.estate.estate import Estate


@cache
def every() -> Mapping[str, tuple[Added, ...]]:
    """What each file adds, by table; ValueError where two give one column."""
    found: dict[str, list[Added]] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        for one in import_module(f"{__name__}.{module.name}").ADDED:
            taken = {name for other in found.get(one.noun, ()) for name in other.columns}
            if twice := taken & set(one.columns):
                raise ValueError(f"checks/added: {one.noun} gets {', '.join(sorted(twice))} twice")
            found.setdefault(one.noun, []).append(one)
    return {noun: tuple(columns) for noun, columns in found.items()}


def view(estate: Estate, answers: Answered) -> View:
    """The tables of `estate`, with every column that this folder knows how to make."""
    return View(estate, answers.reach, answers.nodes, every())
