"""Plain values out of the events of a YAML parser, with limits on depth, aliases and size."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from msgspec import Struct, field

from posture.model.errors import Unreadable
from posture.sources.reading import Document, Duplicate, Stop, step

MOST_ALIASES = 1_000
MOST_VALUES = 1_000_000
"""Counted as if every alias were written out, so that a small file cannot stand for a huge one."""

_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"))
_FALSE = frozenset(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"))
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,30})|0o[0-7]{1,30}|0x[0-9a-fA-F]{1,30}")
_FLOAT = re.compile(
    r"[-+]?(?:[0-9]{1,30}\.[0-9]{0,30}|\.[0-9]{1,30}|[0-9]{1,30}(?=[eE]))(?:[eE][-+]?[0-9]{1,3})?"
)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_MERGE = "<<"


class _Open(Struct):
    """A mapping or sequence whose end has not come yet."""

    container: Any
    pointer: str
    anchor: str | None
    size_before: int
    key: str | None = None
    key_line: int = 0
    merges: list[Any] = field(default_factory=list)


def documents(text: str, deepest: int) -> Iterator[Document]:
    """Every document of the stream `text`. Raises Unreadable with the line of the error."""
    builder = _Builder(deepest)
    for event in _events(text):
        done = builder.take(event)
        if done is not None:
            yield done


def torn(text: str, deepest: int) -> Iterator[Document]:
    """Every document before the first fault, then what stands of the one that holds it."""
    builder = _Builder(deepest)
    before: yaml.Event | None = None
    try:
        for event in _events(text):
            done = builder.take(before) if before is not None else None
            if done is not None:
                yield done
            before = event
    except _Torn as fault:
        # What came last is not taken: a word, or the end of a map, may still go on where the parser gave up.
        found = builder.standing(*_within(text, fault))
    else:
        return
    yield found


def _within(text: str, fault: _Torn) -> tuple[int, int]:
    """Line and column of the fault; the parser sees one more line end than the text may have."""
    lines = text.count("\n") + 1
    line = fault.line or 1
    return (line, fault.column) if line <= lines else (lines, len(text) - text.rfind("\n"))


class _Torn(Unreadable):
    """What the parser cannot take, with the column, which the others of its kind do not tell."""

    def __init__(self, line: int | None, column: int) -> None:
        super().__init__("not valid YAML", line)
        self.column = column


def _events(text: str) -> Iterator[yaml.Event]:
    """Events of the parser; its errors hold the text, so they are dropped and not chained."""
    problem = None
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = _Torn(mark.line + 1, mark.column + 1) if mark is not None else Unreadable("not valid YAML")
    except (yaml.YAMLError, ValueError, RecursionError):
        problem = Unreadable("not valid YAML")
    if problem is not None:
        raise problem


class _Builder:
    def __init__(self, deepest: int) -> None:
        self._deepest = deepest
        self._aliases = 0
        self._sound = 0
        """Characters of the text whose events were taken."""
        self._start()

    def _start(self) -> None:
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._lines: dict[str, int] = {}
        self._duplicates: list[Duplicate] = []
        self._replaced: list[tuple[str, Any]] = []
        self._root: Any = None
        self._size = 0

    def standing(self, line: int, column: int) -> Document:
        """The document as far as it was built, which may be nothing."""
        unfinished = frozenset(one.pointer for one in self._open)
        root = self._root if self._open else None
        while self._open:
            self._end()
        why = "what stands there is no YAML"
        stopped = Stop(line, column, why, self._sound, unfinished)
        return Document(root, self._lines, tuple(self._duplicates), tuple(self._replaced), stopped)

    def take(self, event: yaml.Event) -> Document | None:
        line = event.start_mark.line + 1 if event.start_mark is not None else 0
        self._sound = event.end_mark.index if event.end_mark is not None else self._sound
        if isinstance(event, yaml.DocumentStartEvent):
            self._start()
        elif isinstance(event, yaml.DocumentEndEvent):
            return Document(self._root, self._lines, tuple(self._duplicates), tuple(self._replaced))
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor or "", line)
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], event.anchor, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._end()
        return None

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        holder = self._open[-1] if self._open else None
        if holder is not None and isinstance(holder.container, dict) and holder.key is None:
            # A key is its text: `on:` is no boolean, `1:` no number.
            self._key(holder, event.value, line)
            return
        self._count(1, line)
        value = _resolved(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._place(value, line)

    def _alias(self, anchor: str, line: int) -> None:
        self._aliases += 1
        if self._aliases > MOST_ALIASES:
            raise Unreadable(f"more than {MOST_ALIASES} aliases", line)
        if any(one.anchor == anchor for one in self._open):
            raise Unreadable("an alias inside of what it stands for", line)
        if anchor not in self._anchors:
            raise Unreadable("an alias that stands for nothing", line)
        value, size = self._anchors[anchor]
        self._count(size, line)
        holder = self._open[-1] if self._open else None
        if holder is not None and isinstance(holder.container, dict) and holder.key is None:
            self._key(holder, str(value) if not isinstance(value, dict | list) else "", line)
        else:
            self._place(value, line)

    def _key(self, holder: _Open, key: str, line: int) -> None:
        if key in holder.container and key != _MERGE:
            self._duplicates.append(Duplicate(step(holder.pointer, key), line))
        holder.key, holder.key_line = key, line

    def _begin(self, container: Any, anchor: str | None, line: int) -> None:
        if len(self._open) >= self._deepest:
            raise Unreadable(f"nested more than {self._deepest} levels deep", line)
        holder = self._open[-1] if self._open else None
        if holder is not None and isinstance(holder.container, dict) and holder.key is None:
            raise Unreadable("a mapping or a list as a key", line)
        size = self._size
        self._count(1, line)
        pointer = self._place(container, line)
        self._open.append(_Open(container, pointer, anchor, size))

    def _end(self) -> None:
        closed = self._open.pop()
        for merged in closed.merges:
            for source in merged if isinstance(merged, list) else [merged]:
                if isinstance(source, dict):
                    for key, value in source.items():
                        closed.container.setdefault(key, value)
        if closed.anchor:
            self._anchors[closed.anchor] = (closed.container, self._size - closed.size_before)

    def _place(self, value: Any, line: int) -> str:
        if not self._open:
            self._root = value
            self._lines[""] = line
            return ""
        holder = self._open[-1]
        if isinstance(holder.container, list):
            pointer = step(holder.pointer, len(holder.container))
            holder.container.append(value)
        elif holder.key == _MERGE:
            pointer = step(holder.pointer, _MERGE)
            holder.merges.append(value)
            holder.key = None
        else:
            pointer = step(holder.pointer, holder.key)
            if holder.key in holder.container:
                self._replaced.append((pointer, holder.container[holder.key]))
            holder.container[holder.key] = value
            holder.key = None
            line = holder.key_line
        self._lines[pointer] = line
        return pointer

    def _count(self, size: int, line: int) -> None:
        self._size += size
        if self._size > MOST_VALUES:
            raise Unreadable(f"stands for more than {MOST_VALUES} values", line)


def _resolved(event: yaml.ScalarEvent) -> Any:
    """The value of a scalar. A tag of somebody's own stays in front: `!vault ...` is no plain word."""
    text, tag = event.value, event.tag
    if tag is not None and tag != "!":
        if not tag.startswith(_CORE):
            return f"{tag} {text}".strip()
        convert = _TAGGED.get(tag.removeprefix(_CORE))
        return convert(text) if convert is not None else text
    if event.style or tag == "!":
        return text
    return _plain(text)


def _plain(text: str) -> Any:
    if text in _NULLS:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.fullmatch(text):
        return int(text, 0)
    return float(text) if _FLOAT.fullmatch(text) else text


_TAGGED: dict[str, Callable[[str], Any]] = {"int": _plain, "float": _plain, "bool": _plain, "null": _plain}
