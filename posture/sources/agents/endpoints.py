"""Where models are asked: the addresses in an agent's settings of its model."""

from __future__ import annotations

from typing import Any

from posture.sources.agents.ends import remote_system
from posture.sources.agents.remote import remotes
from posture.sources.agents.sheet import Sheet, strings

_NAMES = frozenset(
    {
        "base_url",
        "baseurl",
        "api_base",
        "apibase",
        "azure_endpoint",
        "api_endpoint",
        "api_url",
        "endpoint",
        "url",
        "host",
    }
)


def endpoints(sheet: Sheet, value: Any, at: str, user: str) -> None:
    """Rows for every address below `at` that stands under a name for one."""
    for place, text in strings(value, at):
        if place.rpartition("/")[2].lower() in _NAMES:
            for remote in remotes(text):
                remote_system(sheet, place, remote, user)
