"""Hooks of Claude Code, in settings or in front matter: what runs by itself around each step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.sources.agents import writing
from posture.sources.agents.server import escaped
from posture.sources.agents.sheet import Sheet


def hooks(sheet: Sheet, given: Any, user: str) -> None:
    """One rule per command, prompt or address below `/hooks`."""
    for event, matchers in given.items() if isinstance(given, Mapping) else ():
        for n, matcher in enumerate(matchers if isinstance(matchers, list) else ()):
            listed = matcher.get("hooks") if isinstance(matcher, Mapping) else None
            for m, hook in enumerate(listed if isinstance(listed, list) else ()):
                for key in ("command", "prompt", "url"):
                    if isinstance(hook, Mapping) and isinstance(hook.get(key), str):
                        at = f"/hooks/{escaped(str(event))}/{n}/hooks/{m}/{key}"
                        writing.permission(sheet, "hook", hook[key], at, user)
