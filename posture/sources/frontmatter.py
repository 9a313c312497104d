"""Reads the front matter of a Markdown file: the YAML or TOML between two fences at its very start."""

import re
from typing import Any

from msgspec import Struct

from posture.model.errors import Unreadable
from posture.sources import toml_read, yaml_safe
from posture.sources.reading import DEEPEST, Document, Duplicate, decode, step

_FENCES = {"---": "yaml", "+++": "toml"}
_PLAIN = re.compile(r"[^\"'\[{&*!|>%@`#\s]")
"""How a text begins that no sign of YAML opens."""
_ENTRY = re.compile(r"(?P<key>[A-Za-z_][\w.\-]{0,80})[ \t]*+:(?:[ \t]++(?P<text>[^\n]*)|[ \t]*+)\Z")


class FrontMatter(Struct, frozen=True):
    document: Document | None
    """None where the file starts with text."""
    body: str
    body_line: int
    """The line of the file on which the body starts, counted from 1."""
    loose: tuple[str, ...] = ()
    """Pointers of entries that are no YAML, and count as the text of their line, as clients take them."""


def read(raw: bytes | str, deepest: int = DEEPEST) -> FrontMatter:
    """Front matter and body. Lines in the document and in errors count in the whole file."""
    text = decode(raw) if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    lines = text.split("\n")
    fence = lines[0].rstrip()
    if fence not in _FENCES:
        return FrontMatter(None, text, 1)
    closing = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == fence), None)
    if closing is None:
        raise Unreadable("front matter that is opened and never closed", 1)
    # An empty line stands for the fence, so that lines count from the start of the file.
    inside = ["", *lines[1:closing]]
    loose: tuple[str, ...] = ()
    if _FENCES[fence] == "toml":
        document = toml_read.read("\n".join(inside), deepest)
    else:
        try:
            document = yaml_safe.read("\n".join(inside), deepest)
        except Unreadable:
            entries = _by_entry(inside, deepest)
            if entries is None:
                raise
            document, loose = entries
    return FrontMatter(document, "\n".join(lines[closing + 1 :]), closing + 2, loose)


def _by_entry(lines: list[str], deepest: int) -> tuple[Document, tuple[str, ...]] | None:
    """Every entry by itself: a colon in a description costs that one its YAML, and the others nothing.

    None where anything else is broken: nobody knows what such an entry was to say.
    """
    value: dict[str, Any] = {}
    at: dict[str, int] = {}
    loose: list[str] = []
    duplicates: list[Duplicate] = []
    replaced: list[tuple[str, Any]] = []
    for number, entry in _entries(lines):
        head = _ENTRY.fullmatch(entry[0].rstrip())
        if head is None:
            return None
        key, pointer = head["key"], step("", head["key"])
        try:
            read = yaml_safe.read("\n".join(entry), deepest).value[key]
        except Unreadable:
            if not _PLAIN.match(head["text"] or "") or any(map(str.strip, entry[1:])):
                return None
            read = head["text"].strip()
            loose.append(pointer)
        if key in value:
            duplicates.append(Duplicate(pointer, number))
            replaced.append((pointer, value[key]))
        value[key], at[pointer] = read, number
    return Document(value, at, tuple(duplicates), tuple(replaced)), tuple(loose)


def _entries(lines: list[str]) -> list[tuple[int, list[str]]]:
    """(number of its line, its lines) of what starts without a blank; comments start nothing."""
    found: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines, 1):
        if not found and (not line.strip() or line.startswith("#")):
            continue
        if found and line[:1] in ("", " ", "\t", "#", "-", "\r"):
            found[-1][1].append(line)
        else:
            found.append((number, [line]))
    return found
