"""TOML tables into records, with the file, the line and the remedy in every complaint."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import tomli
from msgspec import Struct

from posture.frameworks.references import Reference, parse
from posture.model.errors import InputError
from posture.model.text import plain

Record = TypeVar("Record", bound=Struct)


class Entry(Struct, frozen=True):
    """One table of a file: what it holds, and where it stands."""

    file: str
    text: str
    table: str
    index: int
    raw: Mapping[str, Any]

    def error(self, problem: str, field: str = "") -> InputError:
        return InputError(f"{self.file}, line {self._line(field)}: {problem}")

    def _line(self, field: str) -> int:
        """Looked up only when something is wrong, since counting lines costs more than reading them."""
        heads = [n for n, line in enumerate(self.text.splitlines(), 1) if _heads(line) == self.table]
        start = heads[self.index] if self.index < len(heads) else 1
        if field:
            for offset, line in enumerate(self.text.splitlines()[start:], start + 1):
                if line.startswith("["):
                    break
                if re.match(rf"\s*{re.escape(field)}\s*=", line):
                    return offset
        return start


def _heads(line: str) -> str:
    match = re.match(r"\[\[?\s*([\w-]+)\s*\]?\]", line)
    return match.group(1) if match else ""


def document(file: str, text: str, tables: tuple[str, ...]) -> dict[str, Any]:
    """The parsed file, once it is known to hold only these tables."""
    try:
        parsed = tomli.loads(text)
    except tomli.TOMLDecodeError as mistake:
        raise InputError(f"{file}: not valid TOML: {mistake}") from mistake
    for name in parsed:
        if name not in tables:
            raise InputError(f"{file}: unknown table '{name}'; this file may hold {', '.join(tables)}")
    return parsed


def entries(file: str, text: str, parsed: Mapping[str, Any], table: str) -> Iterator[Entry]:
    """Each `[[table]]` of a parsed file, in its order."""
    rows = parsed.get(table, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{file}: '{table}' is no list of tables; write [[{table}]] before each entry")
    for index, raw in enumerate(rows):
        yield Entry(file, text, table, index, raw)


def record(
    kind: type[Record], entry: Entry, names: Mapping[str, str] | None = None, **given: object
) -> Record:
    """`entry` as a record. `names` maps words of the file to fields; `given` fields may not stand in it."""
    known = _readers(kind)
    values: dict[str, object] = dict(given)
    for word, value in entry.raw.items():
        field = (names or {}).get(word, word)
        if field not in known or field in given:
            allowed = ", ".join(sorted(name for name in known if name not in given))
            raise entry.error(f"unknown field '{word}' in {entry.table}; it may hold {allowed}", word)
        try:
            values[field] = known[field][0](value)
        except (TypeError, InputError) as mistake:
            raise entry.error(f"'{word}' in {entry.table}: {mistake}", word) from mistake
    missing = [name for name, (_, needed) in known.items() if needed and name not in values]
    if missing:
        raise entry.error(
            f"{entry.table} lacks {', '.join(missing)}; add {'it' if len(missing) == 1 else 'them'}"
        )
    return kind(**values)


_KNOWN: dict[type[Struct], dict[str, tuple[Callable[[object], object], bool]]] = {}


def _readers(kind: type[Struct]) -> dict[str, tuple[Callable[[object], object], bool]]:
    if kind not in _KNOWN:
        needed = len(kind.__struct_fields__) - len(kind.__struct_defaults__)
        _KNOWN[kind] = {
            name: (_READERS[kind.__annotations__[name]], place < needed)
            for place, name in enumerate(kind.__struct_fields__)
        }
    return _KNOWN[kind]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("write a text in quotes")
    return plain(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("write true or false")
    return value


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("write a whole number")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("write a list of texts in brackets")
    return tuple(_text(item) for item in value)


def _references(value: object) -> tuple[Reference, ...]:
    return tuple(parse(item) for item in _texts(value))


def _named_texts(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise TypeError("write a table of texts in braces")
    return tuple((plain(name), _text(item)) for name, item in value.items())


_READERS: dict[str, Callable[[object], object]] = {
    "str": _text,
    "bool": _flag,
    "int": _number,
    "Reference": lambda value: parse(_text(value)),
    "tuple[str, ...]": _texts,
    "tuple[Reference, ...]": _references,
    "tuple[tuple[str, str], ...]": _named_texts,
}
