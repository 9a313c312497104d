"""Reads `.env` files line by line: names and values as they stand, nothing expanded, nothing run."""

import re
from dataclasses import dataclass

from msgspec import Struct

from posture.sources.reading import decode

_ENTRY = re.compile(r"[ \t]*+(?:export[ \t]++)?(?P<name>[A-Za-z_][\w.\-]*+)[ \t]*+[=:][ \t]*+")
_DOUBLE = re.compile(r'"(?P<value>(?:[^"\\]|\\.)*+)"', re.DOTALL)
_SINGLE = re.compile(r"'(?P<value>[^']*+)'")
_BARE = re.compile(r"(?P<value>[^\n]*)")
_COMMENT = re.compile(r"(?:^|[ \t])#.*")


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One variable. The value may be a secret, so it is left out of what is printed."""

    name: str
    value: str
    line: int

    def __repr__(self) -> str:
        return f"Entry({self.name}, line {self.line})"


class Environment(Struct, frozen=True):
    entries: tuple[Entry, ...]
    unread: tuple[int, ...]
    """Lines that are neither an entry nor a comment."""


def read(raw: bytes | str) -> Environment:
    """Every entry in order; a line that cannot be read does not drop its siblings."""
    text = raw.removeprefix("\ufeff") if isinstance(raw, str) else decode(raw)
    entries: list[Entry] = []
    unread: list[int] = []
    at, line = 0, 1
    while at < len(text):
        start = at
        found = _ENTRY.match(text, at)
        if found is not None:
            value, at = _value(text, found.end())
            entries.append(Entry(found["name"], value, line))
        elif text[at : _line_end(text, at)].strip()[:1] not in ("", "#"):
            unread.append(line)
        at = _line_end(text, at) + 1
        line += text.count("\n", start, at)
    return Environment(tuple(entries), tuple(unread))


def _value(text: str, at: int) -> tuple[str, int]:
    """The value that starts here and where it ends; a quote that is never closed is part of a bare value."""
    pattern = {'"': _DOUBLE, "'": _SINGLE}.get(text[at : at + 1], _BARE)
    found = pattern.match(text, at) or _BARE.match(text, at)
    if found is None:
        return "", at
    value = found["value"]
    if pattern is _BARE or found.re is _BARE:
        value = _COMMENT.sub("", value, count=1).strip()
    elif pattern is _DOUBLE:
        value = re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), value, flags=re.DOTALL)
    return value, found.end()


_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)
