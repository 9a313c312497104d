"""Shapes of secrets that show by themselves what they are: vendors' prefixes, tokens, keys, web hooks."""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import tomli

from posture.sources.secrets.placeholders import is_filler
from posture.sources.secrets.randomness import looks_random


class Shape(NamedTuple):
    """What follows one vendor's prefix. The kind is the general one unless readers act on the vendor's."""

    vendor: str
    kind: str
    rest: str
    mixed: bool


class Shaped(NamedTuple):
    start: int
    end: int
    kind: str
    vendor: str
    shape: str


@lru_cache(maxsize=1)
def _table() -> dict[str, list[dict[str, Any]]]:
    return tomli.loads(files(__package__).joinpath("shapes.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _compiled() -> tuple[re.Pattern[str], dict[str, list[Shape]]]:
    shapes: dict[str, list[Shape]] = {}
    for row in _table()["prefixed"]:
        for prefix in row["prefixes"]:
            shapes.setdefault(prefix, []).append(
                Shape(row["vendor"], row["kind"], row["rest"], row.get("mixed", False))
            )
    # Longer prefixes first, so `sk-ant-` wins over `sk-`. The escapes of a log line count as a border too.
    prefixes = "|".join(re.escape(prefix) for prefix in sorted(shapes, key=lambda one: (-len(one), one)))
    return re.compile(rf"(?:(?<![A-Za-z0-9_\-])|(?<=\\[nrt]))(?:{prefixes})"), shapes


class Whole(NamedTuple):
    """A shape without a prefix of its own."""

    vendor: str
    kind: str
    anchor: str
    """What a text holds in which it is looked for."""
    part: str
    """What it holds itself: the anchor, where that is a part of it."""
    shape: str


@lru_cache(maxsize=1)
def _wholes() -> tuple[Whole, ...]:
    return tuple(
        Whole(
            row["vendor"],
            row["kind"],
            row["anchor"],
            row["anchor"] if row["anchor"] in row["shape"].replace("\\", "") else "",
            rf"(?<![A-Za-z0-9_~.\-])(?:{row['shape']})(?![A-Za-z0-9])",
        )
        for row in _table()["whole"]
    )


@lru_cache(maxsize=512)
def _pattern(shape: str) -> re.Pattern[str]:
    """Compiled when its mark is first seen: of two hundred vendors most files name none."""
    return re.compile(shape)


def shape_of(value: str) -> Shaped | None:
    """The vendor's shape the whole value has, if it has one and is more than its example."""
    found = next(iter(_prefixed(value)), None)
    if found is not None and found.start == 0 and found.end == len(value):
        return found
    for one in _wholes():
        if one.part in value and _pattern(one.shape).fullmatch(value) and not _sample(value, one.kind):
            return Shaped(0, len(value), one.kind, one.vendor, "jwt" if one.kind == "jwt" else "vendor")
    return None


def shapes_in(text: str) -> Iterator[Shaped]:
    """Every vendor's shape in a text, in time linear to its length."""
    yield from _prefixed(text)
    yield from _anchored(text)


def is_only_example(value: str) -> bool:
    """Whether the value starts like a vendor's and goes on with filler, as documentation does."""
    found = _compiled()[0].match(value)
    return found is not None and is_filler(value[found.end() :])


def _prefixed(text: str) -> Iterator[Shaped]:
    first, shapes = _compiled()
    for found in first.finditer(text):
        shaped = next(
            filter(None, (_shaped_at(text, found.start(), one, shapes) for one in _prefixes_at(found[0]))),
            None,
        )
        if shaped is not None:
            yield shaped


def _shaped_at(text: str, start: int, prefix: str, shapes: dict[str, list[Shape]]) -> Shaped | None:
    for shape in shapes[prefix]:
        body = _pattern(shape.rest).match(text, start + len(prefix))
        if body is not None and _convincing(shape, body[0]):
            return Shaped(start, _trimmed(text, body.end()), shape.kind, shape.vendor, "vendor")
    return None


@lru_cache(maxsize=512)
def _prefixes_at(longest: str) -> tuple[str, ...]:
    """The prefix found and the shorter ones inside it: what is no `sk-ant-` key may be an `sk-` key."""
    return tuple(longest[:size] for size in range(len(longest), 1, -1) if longest[:size] in _compiled()[1])


def _trimmed(text: str, end: int) -> int:
    while text[end - 1] in ".-":
        end -= 1
    return end


def _convincing(shape: Shape, body: str) -> bool:
    if is_filler(body):
        return False
    if shape.mixed:
        return any(map(str.isdigit, body)) and len(set(body)) >= 8 and looks_random(body)
    return len(set(body)) >= min(6, len(body) // 2)


def _anchored(text: str) -> Iterator[Shaped]:
    for one in _wholes():
        for found in _pattern(one.shape).finditer(text) if one.anchor in text else ():
            if not _sample(found[0], one.kind):
                yield Shaped(*found.span(), one.kind, one.vendor, "jwt" if one.kind == "jwt" else "vendor")


def _sample(value: str, kind: str) -> bool:
    if kind == "jwt":
        return not _is_jwt(value)
    if kind == "webhook_url":
        return is_filler(value.split("/", 4)[-1].rsplit("/", 1)[-1])
    return is_filler(value) or len(set(value)) < 8


def _is_jwt(value: str) -> bool:
    """A header that names an algorithm, and not the token of the format's own documentation."""
    header, payload = value.split(".")[:2]
    try:
        named = json.loads(_decoded(header))
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(named, dict)
        and ("alg" in named or "typ" in named)
        and b"1516239022" not in _lenient(payload)
    )


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _lenient(part: str) -> bytes:
    try:
        return _decoded(part)
    except (ValueError, binascii.Error):
        return b""
