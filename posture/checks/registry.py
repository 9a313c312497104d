"""Finds every check in its folder, and a company's own in theirs."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from posture.checks import library
from posture.checks.check import Check


@cache
def every() -> tuple[Check, ...]:
    """The catalogue by id; ValueError where file, function and id differ."""
    found: list[Check] = []
    for module in pkgutil.iter_modules(library.__path__):
        name = module.name
        if name.startswith("_"):
            continue
        made = getattr(import_module(f"{library.__name__}.{name}"), name, None)
        if not isinstance(made, Check) or made.id != name.replace("_", "-"):
            raise ValueError(f"checks/library/{name}.py must define the check {name}")
        found.append(made)
    return tuple(sorted(found, key=lambda one: one.id))
