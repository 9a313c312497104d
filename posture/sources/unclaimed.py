"""Tells a broken export from a file that is nobody's: what opens like JSON may have held an account."""

from __future__ import annotations

import json
import re
from functools import cache

from posture.model.errors import Unreadable
from posture.sources import registry
from posture.sources.contract import Page
from posture.sources.jsonc import plain_json
from posture.sources.reading import decode

HELD = ("identities", "policies", "credentials", "systems")
"""What an export of which nothing is known may have held."""
_BLANK = re.compile(r"\s*+")


def breaks_off(page: Page) -> str:
    """Where the JSON of `page` breaks off; empty where it is whole, or does not even open like JSON."""
    if page.opening not in (b"{", b"["):
        return ""
    try:
        text = decode(page.data)
        return _fault(text) and _fault(plain_json(text))
    except Unreadable as error:
        return f"opens like JSON and is {error.reason}"


def _fault(text: str) -> str:
    decoder = json.JSONDecoder()
    at = 0
    try:
        # Exports of some tools are one value a line.
        while (at := _past_blanks(text, at)) < len(text):
            _value, at = decoder.raw_decode(text, at)
    except json.JSONDecodeError as error:
        return f"opens like JSON and breaks off at line {error.lineno}, column {error.colno}"
    except (RecursionError, ValueError):
        return "opens like JSON and is nested too deep, or holds a number that is none"
    return ""


def _past_blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found is not None else at


def meant(name: str) -> registry.Reader | None:
    """The source whose call writes files of this name, wherever they lie."""
    found = [reader for start, end, reader in _written() if name.startswith(start) and name.endswith(end)]
    return found[-1] if found else None


@cache
def _written() -> tuple[tuple[str, str, registry.Reader], ...]:
    """Beginning, end and source of each file of a collection, the longest beginning last."""
    found = []
    for reader in registry.every():
        for call in reader.SOURCE.calls:
            start, _, rest = call.file.lower().partition("{")
            found.append((start, rest.rpartition("}")[2], reader))
    return tuple(sorted(found, key=lambda one: len(one[0])))
