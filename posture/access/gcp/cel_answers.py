"""What each part of an expression of CEL answers, where a part of what it asks is not known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from posture.access.gcp.cel_values import UNKNOWN, Ask, Attributes, Later, Tags, Wild
from posture.access.wildcards import overlap, spelt_out
from posture.sources.times import moment

_DURATION = re.compile(r"(-?\d+(?:\.\d+)?)(h|ms|m|s)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def constant(value: Any) -> Ask:
    return lambda _attributes: value


def value_of(found: Ask | str) -> Ask:
    if not isinstance(found, str):
        return found
    return lambda asked: asked.get(found, UNKNOWN)


def either(left: Ask, right: Ask) -> Ask:
    def ask(asked: Attributes) -> Any:
        first = left(asked)
        if first is True:
            return True
        second = right(asked)
        if second is True:
            return True
        return False if first is False and second is False else UNKNOWN

    return ask


def both(left: Ask, right: Ask) -> Ask:
    def ask(asked: Attributes) -> Any:
        first = left(asked)
        if first is False:
            return False
        second = right(asked)
        if second is False:
            return False
        return True if first is True and second is True else UNKNOWN

    return ask


def inverse(test: Ask) -> Ask:
    def ask(asked: Attributes) -> Any:
        found = test(asked)
        return not found if isinstance(found, bool) else UNKNOWN

    return ask


def chosen(test: Ask, yes: Ask, no: Ask) -> Ask:
    def ask(asked: Attributes) -> Any:
        found = test(asked)
        if isinstance(found, bool):
            return yes(asked) if found else no(asked)
        return UNKNOWN

    return ask


def compared(sign: str, left: Ask, right: Ask) -> Ask:
    def ask(asked: Attributes) -> Any:
        return _relation(sign, left(asked), right(asked))

    return ask


def _relation(sign: str, left: Any, right: Any) -> Any:
    if isinstance(left, Later):
        return _timed(sign, left, right)
    if isinstance(right, Later):
        return _timed({"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(sign, sign), right, left)
    if sign == "in":
        return _within(left, right)
    if isinstance(left, Wild) or isinstance(right, Wild):
        return _fitting(sign, left, right)
    if UNKNOWN in (left, right):
        return UNKNOWN
    if sign in ("==", "!="):
        return (left == right) is (sign == "==")
    try:
        return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[sign]
    except TypeError:
        return UNKNOWN


def _fitting(sign: str, left: Any, right: Any) -> Any:
    one, other = _pattern(left), _pattern(right)
    if one is None or other is None or sign not in ("==", "!="):
        return UNKNOWN
    if not (getattr(left, "any", True) and getattr(right, "any", True)):
        return UNKNOWN if overlap(one, other) else sign == "!="
    # With something still open, there is always a text that differs.
    return overlap(one, other) if sign == "==" else True


def _pattern(value: Any) -> str | None:
    if isinstance(value, Wild):
        return value.pattern
    return spelt_out(value) if isinstance(value, str) else None


def _within(one: Any, several: Any) -> Any:
    if not isinstance(several, list):
        return UNKNOWN
    if isinstance(one, Wild):
        answers = [_fitting("==", one, other) for other in several]
        return True if True in answers else UNKNOWN if UNKNOWN in answers else False
    if one is not UNKNOWN and one in several:
        return True
    return UNKNOWN if one is UNKNOWN or UNKNOWN in several else False


def _timed(sign: str, now: Later, other: Any) -> Any:
    if not isinstance(other, datetime):
        return UNKNOWN
    if sign in ("<", "<="):
        over = now.at > other or (sign == "<" and now.at == other)
        return False if over else UNKNOWN if now.open else True
    if sign in (">", ">="):
        reached = now.at > other or (sign == ">=" and now.at == other)
        return True if reached else UNKNOWN if now.open else False
    return UNKNOWN


def computed(sign: str, left: Ask, right: Ask) -> Ask:
    def ask(asked: Attributes) -> Any:
        one, other = left(asked), right(asked)
        if isinstance(one, str) and isinstance(other, str) and sign == "+":
            return one + other
        if isinstance(one, str | Wild) and isinstance(other, str | Wild) and sign == "+":
            return Wild(
                f"{_pattern(one)}{_pattern(other)}", getattr(one, "any", True) and getattr(other, "any", True)
            )
        if isinstance(one, datetime | timedelta) and isinstance(other, datetime | timedelta) and sign in "+-":
            return _moved(one, other, sign)
        if type(one) in (int, float) and type(other) in (int, float) and sign in "+-":
            return one + other if sign == "+" else one - other
        return UNKNOWN

    return ask


def _moved(one: Any, other: Any, sign: str) -> Any:
    try:
        return one + other if sign == "+" else one - other
    except (TypeError, OverflowError):
        return UNKNOWN


def listed(values: list[Ask]) -> Ask:
    return lambda asked: [value(asked) for value in values]


def indexed(value: Ask, key: Ask) -> Ask:
    def ask(asked: Attributes) -> Any:
        found, at = value(asked), key(asked)
        if isinstance(found, list) and type(at) is int and 0 <= at < len(found):
            return found[at]
        return UNKNOWN

    return ask


def called(name: str, given: list[Ask]) -> Ask:
    def ask(asked: Attributes) -> Any:
        value = given[0](asked) if len(given) == 1 else UNKNOWN
        if name == "timestamp" and isinstance(value, str):
            return moment(value) or UNKNOWN
        if name == "duration" and isinstance(value, str):
            return _duration(value)
        if name == "size" and isinstance(value, str | list):
            return len(value)
        if name == "has":
            return True if value is not UNKNOWN else UNKNOWN
        return UNKNOWN

    return ask


def _duration(text: str) -> Any:
    parts = _DURATION.findall(text)
    if not parts:
        return UNKNOWN
    try:
        return timedelta(seconds=sum(float(number) * _SECONDS[unit] for number, unit in parts))
    except OverflowError:
        return UNKNOWN


_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": str.__contains__,
}
_OPEN = {"startsWith": "{}*", "endsWith": "*{}", "contains": "*{}*"}


def method(value: Ask, owner: str, name: str, given: list[Ask]) -> Ask:
    def ask(asked: Attributes) -> Any:
        words = [one(asked) for one in given]
        if name == "getAttribute":
            # What the caller asks for: known only where somebody says so.
            key = f"{owner}.{name}({', '.join(word for word in words if isinstance(word, str))})"
            return asked.get(key, UNKNOWN)
        if name in ("matchTag", "matchTagId", "hasTagKey", "hasTagKeyId"):
            tags = asked.get(f"{owner}.tags", UNKNOWN)
            return tags.answer(name, tuple(words)) if isinstance(tags, Tags) else UNKNOWN
        found = value(asked)
        if isinstance(found, Later) and name in (*_PARTS, _YEAR):
            return _part_of(found, name, words)
        if isinstance(found, str) and len(words) == 1 and isinstance(words[0], str):
            if name in _TESTS:
                return _TESTS[name](found, words[0])
            if name == "extract":
                return _extracted(found, words[0])
        if isinstance(found, Wild) and len(words) == 1 and isinstance(words[0], str) and name in _OPEN:
            fits = overlap(found.pattern, _OPEN[name].format(spelt_out(words[0])))
            return UNKNOWN if fits and not found.any else fits
        if name == "hasOnly" and isinstance(found, list) and isinstance(words[0], list):
            return UNKNOWN if UNKNOWN in words[0] else all(one in words[0] for one in found)
        if name == "lowerAscii" and isinstance(found, str):
            return found.lower()
        return UNKNOWN

    return ask


_PARTS: Mapping[str, Callable[[datetime], int]] = {
    "getHours": lambda at: at.hour,
    "getDayOfWeek": lambda at: at.isoweekday() % 7,
}
"""Parts of a moment that come again within a week; a Sunday is 0."""
_YEAR = "getFullYear"
"""The part that never comes again."""


def _part_of(moment_: Later, name: str, words: list[Any]) -> Any:
    at = moment_.looked_at
    if name == _YEAR:
        at = None if moment_.open else at or moment_.at
    if at is None or len(words) > 1:
        return UNKNOWN
    try:
        zone = ZoneInfo(words[0]) if words else UTC
    except (ValueError, TypeError, KeyError, OSError):
        return UNKNOWN
    there = at.astimezone(zone)
    return there.year if name == _YEAR else _PARTS[name](there)


def _extracted(text: str, template: str) -> Any:
    before, brace, rest = template.partition("{")
    _name, closing, after = rest.partition("}")
    if not brace or not closing:
        return UNKNOWN
    start = text.find(before)
    if start < 0:
        return ""
    start += len(before)
    end = text.find(after, start) if after else len(text)
    return text[start:end] if end >= 0 else ""
