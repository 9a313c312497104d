"""Answers of AWS calls as files hold them: one object, pages in a list, lines, or one after another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import isfinite
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from posture.model.errors import Unreadable
from posture.sources.contract import Page

S = TypeVar("S")

_TOO_DEEP = "nests deeper than any export does; export it again"


class Answer(Struct, frozen=True):
    """One answer, still as text, and where it stands in the page."""

    at: str
    """JSON pointer, or `line N`; empty for the whole page."""
    body: bytes


class _Entry(msgspec.Struct):
    service: str = ""
    operation: str = ""
    region: str | None = None
    request: dict[str, object] | None = None
    response: msgspec.Raw = msgspec.Raw(b"null")


class Recorded(Struct, frozen=True):
    """One entry of an inventory list: which call was made and what it answered."""

    at: str
    call: str
    """`service:Operation`."""
    region: str
    request: dict[str, object]
    body: bytes


def answers(page: Page) -> list[Answer]:
    """Every top-level answer of the page; Unreadable says what is wrong with the file."""
    data = json_bytes(page)
    if data[:1] == b"[":
        return [Answer(f"/{n}", bytes(raw)) for n, raw in enumerate(_decode(data, list[msgspec.Raw]))]
    try:
        msgspec.json.decode(data, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return list(_several(data))
    return [Answer("", data)]


def recorded(page: Page) -> Iterator[Recorded]:
    """The entries of an inventory list of {service, operation, region, response}."""
    for answer in answers(page):
        try:
            entry = msgspec.json.decode(answer.body, type=_Entry)
        except msgspec.DecodeError:
            continue
        if entry.service and entry.operation:
            yield Recorded(
                f"{answer.at}/response",
                f"{entry.service}:{entry.operation}",
                entry.region or "",
                entry.request or {},
                bytes(entry.response),
            )


def is_inventory(page: Page) -> bool:
    """Whether the page is a list of recorded calls."""
    return page.opening == b"[" and all(
        word in page.head for word in (b'"service"', b'"operation"', b'"response"')
    )


def shaped(body: bytes, shape: type[S]) -> S:
    """One answer in its shape; Unreadable where it has another."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable(f"is not in AWS's shape: {what_is_wrong(error)}") from None


def unpacked(body: bytes) -> Any:
    """One answer as plain values."""
    return shaped(body, Any)


def what_is_wrong(error: Exception) -> str:
    """What the decoder found, which names types and fields and never a value."""
    return str(error).replace("`", "").replace("$.", "")


def json_bytes(page: Page) -> bytes:
    """The page as UTF-8 without a byte order mark."""
    data = page.data if page.data.isascii() else page.text.encode()
    data = data.strip()
    if not data:
        raise Unreadable("is empty; export it again")
    return data


def _decode(data: bytes, shape: type[list[msgspec.Raw]]) -> list[msgspec.Raw]:
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.DecodeError:
        return msgspec.json.decode(_tolerant(data), type=shape)
    except RecursionError:
        raise Unreadable(_TOO_DEEP) from None


def _several(data: bytes) -> Iterator[Answer]:
    # One answer after the other, as `>>` or a loop leaves them. This decoder also says where it stopped.
    text = data.decode("utf-8", "surrogatepass")
    decoder = json.JSONDecoder(parse_constant=_no_number, parse_float=_finite)
    position, line = 0, 1
    while position < len(text):
        start = position
        try:
            value, end = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise _broken(error, len(text)) from None
        except RecursionError:
            raise Unreadable(_TOO_DEEP) from None
        whole = start == 0 and not text[end:].strip()
        yield Answer("" if whole else f"line {line}", _encoded(value))
        position = end
        while position < len(text) and text[position] in " \t\r\n,":
            position += 1
        line += text.count("\n", start, position)


def _tolerant(data: bytes) -> bytes:
    # What the fast decoder refuses, such as half a surrogate pair, still has siblings to keep.
    text = data.decode("utf-8", "surrogatepass")
    try:
        return _encoded(json.loads(text, parse_constant=_no_number, parse_float=_finite))
    except json.JSONDecodeError as error:
        raise _broken(error, len(text)) from None
    except RecursionError:
        raise Unreadable(_TOO_DEEP) from None


def _no_number(_word: str) -> None:
    # NaN and Infinity are no JSON and no value that AWS prints.
    return None


def _finite(word: str) -> float | None:
    # 1e999 reads as infinity, which cannot be written as JSON again.
    number = float(word)
    return number if isfinite(number) else None


def _encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _broken(error: json.JSONDecodeError, size: int) -> Unreadable:
    if error.pos >= size - 1 or error.msg.startswith("Unterminated string"):
        return Unreadable("ends in the middle of the JSON; export it again", error.lineno)
    return Unreadable("is no JSON from here on; export it again", error.lineno)
