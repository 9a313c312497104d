"""Google's dialect of CEL with a third answer: a value that is not known goes through as SQL's null does.

The evaluators of CEL that exist raise an error there, which leaves a condition that is half known unanswered.
Patterns of `matches` are foreign and not run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from posture.access.wildcards import overlap, spelt_out
from posture.sources.times import moment

Attributes = Mapping[str, Any]
"""What is known, by dotted name; what is not there is not known."""

Ask = Callable[[Attributes], Any]


class _Unknown:
    """A value that nobody here knows."""


UNKNOWN = _Unknown()


@dataclass(frozen=True, slots=True)
class Wild:
    """A text that is known but for its `*`. What some text of that form fulfils counts as fulfilled."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Later:
    """The moment of the request: `at`, or any later one where `open` is true."""

    at: datetime
    open: bool = False


class BrokenExpression(Exception):
    """The expression is not in the part of CEL that is read."""


def parsed(expression: str) -> Ask:
    """A function that answers `expression`: a value, or UNKNOWN. BrokenExpression says why there is none."""
    return _Parser(expression).whole()


_TOKEN = re.compile(
    r"""\s+|//[^\n]*|(?P<number>\d+(?:\.\d+)?)|(?P<text>[rR]?(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))"""
    r"|(?P<name>[A-Za-z_]\w*)|(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}])"
)
_DEEPEST = 60
_MOST_STEPS = 200
"""Google allows twelve logical operators; what chains many more is no condition of theirs."""

_LONGEST = 12_000
_DURATION = re.compile(r"(-?\d+(?:\.\d+)?)(h|ms|m|s)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_ESCAPE = re.compile(r"\\(.)")


class _Parser:
    """Builds a function from an expression by recursive descent."""

    def __init__(self, text: str) -> None:
        if len(text) > _LONGEST:
            raise BrokenExpression("is longer than Google allows")
        self._tokens: list[tuple[str, str]] = []
        place = 0
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:
                raise BrokenExpression("holds a sign that is not read")
            if match.lastgroup:
                self._tokens.append((match.lastgroup, match.group()))
            place = match.end()
        self._at = 0
        self._depth = 0
        self._steps = 0

    def whole(self) -> Ask:
        found = self._choice()
        if self._at < len(self._tokens):
            raise BrokenExpression("goes on after its end")
        return found

    def _sign(self) -> str:
        kind, text = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        return text if kind in ("sign", "name") else ""

    def _take(self, *signs: str) -> str:
        found = self._sign()
        if found in signs and found:
            self._at += 1
            return found
        return ""

    def _step(self, *signs: str) -> str:
        """The same for a sign that puts one function around another."""
        found = self._take(*signs)
        if found:
            self._steps += 1
            if self._steps > _MOST_STEPS:
                raise BrokenExpression("chains more than Google allows")
        return found

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise BrokenExpression(f"lacks a {sign}")

    def _choice(self) -> Ask:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise BrokenExpression("is nested too deep")
        test = self._either()
        if self._take("?"):
            yes = self._choice()
            self._need(":")
            no = self._choice()
            test = _chosen(test, yes, no)
        self._depth -= 1
        return test

    def _either(self) -> Ask:
        found = self._both()
        while self._step("||"):
            found = _or(found, self._both())
        return found

    def _both(self) -> Ask:
        found = self._relation()
        while self._step("&&"):
            found = _and(found, self._relation())
        return found

    def _relation(self) -> Ask:
        found = self._sum()
        while sign := self._step("==", "!=", "<=", ">=", "<", ">", "in"):
            found = _compared(sign, found, self._sum())
        return found

    def _sum(self) -> Ask:
        found = self._single()
        while sign := self._step("+", "-", "*", "/", "%"):
            found = _computed(sign, found, self._single())
        return found

    def _single(self) -> Ask:
        if self._step("!"):
            return _not(self._single())
        if self._step("-"):
            return _computed("-", _constant(0), self._single())
        return self._members(self._primary())

    def _members(self, found: Ask | str) -> Ask:
        """What follows a value: `.name`, `.method(...)`, `[index]`. A bare name is told once it ends."""
        while True:
            if self._step("."):
                kind, name = self._next()
                if kind != "name":
                    raise BrokenExpression("has a dot without a name")
                if self._sign() == "(":
                    given = self._arguments()
                    found = _method(_value(found), found if isinstance(found, str) else "", name, given)
                elif isinstance(found, str):
                    found = f"{found}.{name}"
                else:
                    found = _constant(UNKNOWN)
            elif self._step("["):
                key = self._choice()
                self._need("]")
                found = _indexed(_value(found), key)
            else:
                return _value(found)

    def _primary(self) -> Ask | str:
        if self._take("("):
            found = self._choice()
            self._need(")")
            return found
        if self._take("["):
            return _listed(self._until("]"))
        kind, text = self._next()
        if kind == "number":
            return _constant(float(text) if "." in text else int(text))
        if kind == "text":
            return _constant(_unquoted(text))
        if kind == "name":
            if text in ("true", "false", "null"):
                return _constant({"true": True, "false": False, "null": None}[text])
            if self._sign() == "(":
                return _called(text, self._arguments())
            return text
        raise BrokenExpression("is not read from here on")

    def _arguments(self) -> list[Ask]:
        self._need("(")
        return self._until(")")

    def _until(self, end: str) -> list[Ask]:
        found: list[Ask] = []
        while not self._take(end):
            if found:
                self._need(",")
            found.append(self._choice())
        return found

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise BrokenExpression("ends too early")
        self._at += 1
        return self._tokens[self._at - 1]


def _unquoted(text: str) -> str:
    if text[0] in "rR":
        return text[2:-1]
    return _ESCAPE.sub(lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), text[1:-1])


def _constant(value: Any) -> Ask:
    return lambda _attributes: value


def _value(found: Ask | str) -> Ask:
    if not isinstance(found, str):
        return found
    return lambda asked: asked.get(found, UNKNOWN)


def _or(left: Ask, right: Ask) -> Ask:
    def ask(asked: Attributes) -> Any:
        first = left(asked)
        if first is True:
            return True
        second = right(asked)
        if second is True:
            return True
        return False if first is False and second is False else UNKNOWN

    return ask


def _and(left: Ask, right: Ask) -> Ask:
    def ask(asked: Attributes) -> Any:
        first = left(asked)
        if first is False:
            return False
        second = right(asked)
        if second is False:
            return False
        return True if first is True and second is True else UNKNOWN

    return ask


def _not(test: Ask) -> Ask:
    def ask(asked: Attributes) -> Any:
        found = test(asked)
        return not found if isinstance(found, bool) else UNKNOWN

    return ask


def _chosen(test: Ask, yes: Ask, no: Ask) -> Ask:
    def ask(asked: Attributes) -> Any:
        found = test(asked)
        if isinstance(found, bool):
            return yes(asked) if found else no(asked)
        return UNKNOWN

    return ask


def _compared(sign: str, left: Ask, right: Ask) -> Ask:
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


def _computed(sign: str, left: Ask, right: Ask) -> Ask:
    def ask(asked: Attributes) -> Any:
        one, other = left(asked), right(asked)
        if isinstance(one, str) and isinstance(other, str) and sign == "+":
            return one + other
        if isinstance(one, str | Wild) and isinstance(other, str | Wild) and sign == "+":
            return Wild(f"{_pattern(one)}{_pattern(other)}")
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


def _listed(values: list[Ask]) -> Ask:
    return lambda asked: [value(asked) for value in values]


def _indexed(value: Ask, key: Ask) -> Ask:
    def ask(asked: Attributes) -> Any:
        found, at = value(asked), key(asked)
        if isinstance(found, list) and type(at) is int and 0 <= at < len(found):
            return found[at]
        return UNKNOWN

    return ask


def _called(name: str, given: list[Ask]) -> Ask:
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


def _method(value: Ask, owner: str, name: str, given: list[Ask]) -> Ask:
    def ask(asked: Attributes) -> Any:
        words = [one(asked) for one in given]
        if name in ("getAttribute", "matchTag", "matchTagId", "hasTagKey", "hasTagKeyId"):
            # What the caller asks for or which tags lie on the resource: known only where somebody says so.
            key = f"{owner}.{name}({', '.join(word for word in words if isinstance(word, str))})"
            return asked.get(key, UNKNOWN)
        found = value(asked)
        if isinstance(found, str) and len(words) == 1 and isinstance(words[0], str):
            if name in _TESTS:
                return _TESTS[name](found, words[0])
            if name == "extract":
                return _extracted(found, words[0])
        if isinstance(found, Wild) and len(words) == 1 and isinstance(words[0], str) and name in _OPEN:
            return overlap(found.pattern, _OPEN[name].format(spelt_out(words[0])))
        if name == "hasOnly" and isinstance(found, list) and isinstance(words[0], list):
            return UNKNOWN if UNKNOWN in words[0] else all(one in words[0] for one in found)
        if name == "lowerAscii" and isinstance(found, str):
            return found.lower()
        return UNKNOWN

    return ask


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
