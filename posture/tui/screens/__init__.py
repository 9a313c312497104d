"""Every screen, found by walking this folder."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from posture.tui.screen import PostureScreen


@cache
def every() -> tuple[type[PostureScreen], ...]:
    """The screens in the order of their keys. ValueError where a file and its screen do not fit."""
    found: dict[str, type[PostureScreen]] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        screen = getattr(loaded, module.name.title().replace("_", ""), None)
        if screen is None or not issubclass(screen, PostureScreen):
            raise ValueError(f"screens/{module.name}.py holds no screen of its name")
        if screen.key in found:
            raise ValueError(f"screens {found[screen.key].label} and {screen.label} share key {screen.key}")
        found[screen.key] = screen
    return tuple(found[key] for key in sorted(found))
