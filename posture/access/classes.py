"""Which permission classes an action gives, by the rules of classes.toml."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import translate
from functools import lru_cache
from importlib.resources import files

import tomli
from msgspec import Struct

from posture.model.classes import Classes, parse


class Rules(Struct, frozen=True):
    """One provider's rules, actions in lower case."""

    levels: dict[str, Classes]
    verbs: tuple[str, ...]
    destructive: tuple[str, ...]
    external: tuple[str, ...]
    """Patterns with `*` and `?`."""
    nothing: frozenset[str]

    def of(self, action: str, level: str) -> Classes:
        """The classes of `action` (`service:Name`), whose access level the provider calls `level`."""
        lower = action.lower()
        if lower in self.nothing:
            return Classes.NONE
        found = self.levels.get(level, Classes.WRITE)
        verb = lower.partition(":")[2].startswith(self.verbs) and level != "tagging"
        if verb or lower in self.destructive:
            found |= Classes.DESTRUCTIVE | Classes.WRITE
        if _any_of(self.external)(lower):
            found |= Classes.EXTERNAL
        return found


@lru_cache(maxsize=8)
def _any_of(patterns: tuple[str, ...]) -> Callable[[str], object]:
    return re.compile("|".join(translate(pattern) for pattern in patterns)).match


@lru_cache(maxsize=8)
def rules(provider: str) -> Rules:
    """The rules of `provider`; KeyError where the file has none."""
    table = tomli.loads((files("posture.access") / "classes.toml").read_text(encoding="utf-8"))[provider]
    levels = {}
    for level, names in table["levels"].items():
        mask = Classes.NONE
        for name in names:
            mask |= parse(name)
        levels[level] = mask
    return Rules(
        levels,
        tuple(verb.lower() for verb in table["destructive"]["verbs"]),
        tuple(action.lower() for action in table["destructive"]["actions"]),
        tuple(action.lower() for action in table["external"]["actions"]),
        frozenset(action.lower() for action in table.get("nothing", {}).get("actions", ())),
    )
