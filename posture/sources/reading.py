"""What every reader of text files shares: decoding, depth, and the document that comes out."""

import codecs
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from posture.model.errors import Unreadable

DEEPEST = 100
"""Nesting that a reader accepts: real configuration stays below 30, hostile files aim at the stack."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Duplicate(Struct, frozen=True):
    """A key that one mapping holds twice. The last one counts, as in the clients that read such files."""

    pointer: str
    line: int


class Stop(Struct, frozen=True):
    """Where the reading of a broken file ended: nobody knows what stands behind it."""

    line: int
    column: int
    why: str
    sound: int
    """Characters of the text that were read."""
    unfinished: frozenset[str] = frozenset()
    """Pointers of the objects and lists that were still open there: none of them is known whole."""

    @property
    def says(self) -> str:
        """The place and the reason; never the text."""
        return f"read only to line {self.line}, column {self.column}: {self.why}"


class Document(Struct, frozen=True):
    """A parsed document and where its parts stand in the text."""

    value: Any
    lines: Mapping[str, int] = field(default_factory=dict)
    """JSON pointer to line, counted from 1; empty where a format does not tell."""
    duplicates: tuple[Duplicate, ...] = ()
    replaced: tuple[tuple[str, Any], ...] = ()
    """Pointer and value of what a later entry of the same key took the place of: it still stands there."""
    stopped: Stop | None = None
    """Where a fault cut the reading short; null where the file was read whole."""


def decode(raw: bytes) -> str:
    """UTF-8 with or without a byte order mark, or UTF-16 with one; line ends become plain newlines."""
    encoding, start = next(((name, len(mark)) for mark, name in _BOMS if raw.startswith(mark)), ("utf-8", 0))
    text = None
    if encoding:
        try:
            text = raw[start:].decode(encoding)
        except UnicodeDecodeError:
            text = None
    if text is None:
        raise Unreadable("neither UTF-8 nor UTF-16 with a byte order mark")
    if "\0" in text:
        raise Unreadable("holds NUL characters, so it is no text file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check_depth(value: Any, deepest: int = DEEPEST) -> None:
    """Refuses what is nested deeper than any honest file, without recursing itself."""
    level = [value]
    for _ in range(deepest):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    raise Unreadable(f"nested more than {deepest} levels deep")


def standing(document: Document) -> Document:
    """`document` where anything in it is finished. Raises Unreadable where all that stands is open."""
    unfinished = document.stopped.unfinished if document.stopped is not None else frozenset()
    at, node = "", document.value
    while at in unfinished and isinstance(node, dict | list) and node:
        # Of all entries only the last can be open.
        key, child = list(node.items() if isinstance(node, dict) else enumerate(node))[-1]
        at, node = ("/", None) if len(node) > 1 else (step(at, key), child)
    if at in unfinished or not (at or (isinstance(node, dict | list) and node)):
        raise Unreadable("nothing stands whole before the fault")
    return document


def step(pointer: str, key: object) -> str:
    """The JSON pointer of a child."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
