"""Reads JSON as editors write it: comments, trailing commas, a byte order mark, duplicate keys."""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from posture.model.errors import Unreadable
from posture.sources.reading import DEEPEST, Document, Duplicate, check_depth, decode, step

_STRING = r'"(?:[^"\\\n]|\\.)*+"'
# A string or a comment that never ends takes the rest with it: to try again at each of its characters would
# cost the square of its length, and no JSON comes of it anyway.
_TORN = r'"(?:[^"\\\n]|\\.)*+(?:"|\\?\n|\\?\Z)'
_COMMENT = r"//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)"
COMMENTS = re.compile(rf"{_TORN}|(?P<comment>{_COMMENT})")
"""Strings and comments of a text, so that comment marks inside of a string stay text."""
_COMMAS = re.compile(rf"{_TORN}|(?P<comma>,)(?=\s*+[}}\]])")
_TOKENS = re.compile(rf"(?P<string>{_STRING})|(?P<mark>[{{}}\[\],:])|(?P<literal>[^\s{{}}\[\],:\"]++)")


def read(raw: bytes | str, deepest: int = DEEPEST) -> Document:
    """The document, its lines and its duplicate keys. Raises Unreadable with the line of the error."""
    text = decode(raw) if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    strict, value = _parsed(text)
    check_depth(value, deepest)
    lines, duplicates = _indexed(strict)
    return Document(value, lines, duplicates, tuple(_replaced(strict)) if duplicates else ())


def plain_json(text: str) -> str:
    """The same text with comments and trailing commas blanked; lines and columns stay where they are."""
    without_comments = COMMENTS.sub(lambda found: _blank(found, "comment"), text)
    return _COMMAS.sub(lambda found: _blank(found, "comma"), without_comments)


def _blank(found: re.Match[str], group: str) -> str:
    return found[0] if found[group] is None else re.sub(r"[^\n]", " ", found[0])


def _parsed(text: str) -> tuple[str, Any]:
    """Strict JSON needs no second look, and most files are strict."""
    value, problem = _loaded(text)
    if problem is None:
        return text, value
    strict = plain_json(text)
    value, problem = _loaded(strict)
    if problem is not None:
        # Raised here and not where it was caught: the decoder's exception holds the whole text.
        raise problem
    return strict, value


def _loaded(text: str) -> tuple[Any, Unreadable | None]:
    try:
        return json.loads(text, parse_constant=_no_constant), None
    except json.JSONDecodeError as error:
        reason = "empty" if not text.strip() else f"not valid JSON: {error.msg} (column {error.colno})"
        return None, Unreadable(reason, error.lineno)
    except RecursionError:
        return None, Unreadable(f"nested more than {DEEPEST} levels deep")
    except ValueError:
        return None, Unreadable("not valid JSON: a number that JSON does not know")


def _replaced(strict: str) -> Iterator[tuple[str, Any]]:
    """What stands below the earlier of equal keys, each with its pointer."""
    earlier: dict[int, list[tuple[str, Any]]] = {}
    made: list[dict[str, Any]] = []

    def kept(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        last = dict(pairs)
        if len(last) < len(pairs):
            # The mapping is held on to, so that its identity stays its own.
            made.append(last)
            gone: dict[str, Any] = {}
            for key, value in pairs:
                if key in gone:
                    earlier.setdefault(id(last), []).append((key, gone[key]))
                gone[key] = value
        return last

    stack: list[tuple[str, Any]] = [("", json.loads(strict, object_pairs_hook=kept))]
    while stack:
        pointer, node = stack.pop()
        if isinstance(node, dict):
            for key, value in earlier.get(id(node), ()):
                yield step(pointer, key), value
                stack.append((step(pointer, key), value))
            stack += [(step(pointer, key), value) for key, value in node.items()]
        elif isinstance(node, list):
            stack += [(step(pointer, n), value) for n, value in enumerate(node)]


def _no_constant(_name: str) -> NoReturn:
    raise ValueError


def _indexed(text: str) -> tuple[dict[str, int], tuple[Duplicate, ...]]:
    """One pass over the tokens of valid JSON."""
    lines: dict[str, int] = {}
    duplicates: list[Duplicate] = []
    for pointer, line in _values(text):
        if pointer in lines:
            duplicates.append(Duplicate(pointer, line))
        lines[pointer] = line
    # What stands below the first of two equal keys is gone with it, and is no duplicate of its own.
    tops = {one.pointer for one in duplicates}
    kept = [one for one in duplicates if one.pointer.rpartition("/")[0] not in tops]
    return lines, tuple(kept)


def _values(text: str) -> Iterator[tuple[str, int]]:
    """Pointer and line of every value, in the order of the text."""
    stack: list[tuple[str, int]] = []
    pointer, index, key_next, key = "", -1, False, ""
    line, counted = 1, 0
    for token in _TOKENS.finditer(text):
        line += text.count("\n", counted, token.start())
        counted = token.start()
        mark = token["mark"]
        if mark == ":":
            key_next = False
        elif mark == ",":
            key_next = index < 0
            index += 1 if index >= 0 else 0
        elif mark in ("}", "]"):
            pointer, index = stack.pop()
            key_next = False
        elif key_next:
            key = json.loads(token[0])
        else:
            here = "" if not stack else step(pointer, key if index < 0 else index)
            yield here, line
            if mark in ("{", "["):
                stack.append((pointer, index))
                pointer, index, key_next = here, (-1 if mark == "{" else 0), mark == "{"
