"""Finds every check in its folder, and a company's own in theirs."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path

from posture.checks import library
from posture.checks.check import Check
from posture.model.errors import InputError


def every(*folders: Path) -> tuple[Check, ...]:
    """The catalogue and the checks of `folders`, by id; InputError where two have one id."""
    found = {check.id: check for check in _shipped()}
    if folders:
        from posture.checks.own import read

        for folder in folders:
            for name, check in read(folder):
                if check.id in found:
                    raise InputError(f"{name}: a check {check.id} exists already; give it another id")
                found[check.id] = check
    return tuple(found[name] for name in sorted(found))


@cache
def _shipped() -> tuple[Check, ...]:
    """ValueError where file, function and id differ."""
    found: list[Check] = []
    for module in pkgutil.iter_modules(library.__path__):
        name = module.name
        made = getattr(import_module(f"{library.__name__}.{name}"), name, None)
        if not isinstance(made, Check) or made.id != name.replace("_", "-"):
            raise ValueError(f"checks/library/{name}.py must define the check {name}")
        found.append(made)
    return tuple(found)
