"""Reads TOML, with the line in its errors and nothing of the text in them."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import tomli
from msgspec.structs import replace

from posture.model.errors import Unreadable
from posture.sources.reading import DEEPEST, Document, Stop, check_depth, decode, standing, step

_TRIED = 8
"""Lines that may open a table which are tried: each costs one more look at the text."""
_HEADER = re.compile(r"(?m)^[ \t]*+\[[^\n]*+")


def read(raw: bytes | str, deepest: int = DEEPEST) -> Document:
    """The document. Duplicate keys are an error of the format. Raises Unreadable with its line."""
    text = decode(raw) if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    problem = None
    value = {}
    try:
        value = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        problem = Unreadable("not valid TOML", getattr(error, "lineno", None))
    except (RecursionError, ValueError):
        problem = Unreadable("not valid TOML: nested too deep, or a number out of range")
    if problem is not None:
        # Raised here and not where it was caught: the decoder's exception holds the whole text.
        raise problem
    check_depth(value, deepest)
    return Document(value)


def read_torn(raw: bytes | str, deepest: int = DEEPEST) -> Document:
    """What stands above the first fault, and where that is. Raises Unreadable where nothing stands there.

    The line above the fault may lie inside of a text of several lines: then only the tables before count.
    """
    text = decode(raw) if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    line, column = _fault(text)
    lines = text.splitlines(keepends=True)
    above = "".join(lines[: line - 1])
    # An entry that goes on over the end of its line is at fault where the next one begins.
    shorter = "".join(lines[: max(line - 2, 0)])
    headers = list(_HEADER.finditer(above))
    for sound in (above, shorter, *(above[: header.start()] for header in headers[: -_TRIED - 1 : -1])):
        try:
            document = read(sound, deepest)
        except Unreadable:
            continue
        if document.value:
            # The last table goes on behind the fault, and so do those that it is part of.
            begun = [header for header in headers if header.start() < len(sound)]
            unfinished = _last_table(document.value, begun if sound in (above, shorter) else ())
            why = "what stands there is no TOML"
            return standing(replace(document, stopped=Stop(line, column, why, len(sound), unfinished)))
    raise Unreadable("not valid TOML", line)


def _fault(text: str) -> tuple[int, int]:
    try:
        tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        return getattr(error, "lineno", 1), getattr(error, "colno", 1)
    except (RecursionError, ValueError):
        return 1, 1
    return text.count("\n") + 1, 1


def _last_table(value: Any, headers: Sequence[re.Match[str]]) -> frozenset[str]:
    """Pointers of the last table that a header opens, and of all above it."""
    for header in headers[: -_TRIED - 1 : -1]:
        try:
            return frozenset(_opened(value, tomli.loads(header[0])))
        except (tomli.TOMLDecodeError, KeyError, TypeError, IndexError):
            # A line of a list looks like a header and opens nothing.
            continue
    return frozenset(("",))


def _opened(value: Any, names: Any) -> Iterator[str]:
    pointer = ""
    yield pointer
    while isinstance(names, dict) and names:
        ((name, names),) = names.items()
        value, pointer = value[name], step(pointer, name)
        yield pointer
        if isinstance(value, list):
            pointer, value = step(pointer, len(value) - 1), value[-1]
            yield pointer
        names = names[0] if isinstance(names, list) else names
