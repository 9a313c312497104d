"""Google's dialect of CEL with a third answer: a value that is not known goes through as SQL's null does.

The evaluators of CEL that exist raise an error there, which leaves a condition that is half known unanswered.
Patterns of `matches` are foreign and not run.
"""

from __future__ import annotations

import re

from posture.access.gcp.cel_answers import (
    both,
    called,
    chosen,
    compared,
    computed,
    constant,
    either,
    indexed,
    inverse,
    listed,
    method,
    value_of,
)
from posture.access.gcp.cel_values import UNKNOWN, Ask, BrokenExpression


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
            test = chosen(test, yes, no)
        self._depth -= 1
        return test

    def _either(self) -> Ask:
        found = self._both()
        while self._step("||"):
            found = either(found, self._both())
        return found

    def _both(self) -> Ask:
        found = self._relation()
        while self._step("&&"):
            found = both(found, self._relation())
        return found

    def _relation(self) -> Ask:
        found = self._sum()
        while sign := self._step("==", "!=", "<=", ">=", "<", ">", "in"):
            found = compared(sign, found, self._sum())
        return found

    def _sum(self) -> Ask:
        found = self._single()
        while sign := self._step("+", "-", "*", "/", "%"):
            found = computed(sign, found, self._single())
        return found

    def _single(self) -> Ask:
        if self._step("!"):
            return inverse(self._single())
        if self._step("-"):
            return computed("-", constant(0), self._single())
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
                    found = method(value_of(found), found if isinstance(found, str) else "", name, given)
                elif isinstance(found, str):
                    found = f"{found}.{name}"
                else:
                    found = constant(UNKNOWN)
            elif self._step("["):
                key = self._choice()
                self._need("]")
                found = indexed(value_of(found), key)
            else:
                return value_of(found)

    def _primary(self) -> Ask | str:
        if self._take("("):
            found = self._choice()
            self._need(")")
            return found
        if self._take("["):
            return listed(self._until("]"))
        kind, text = self._next()
        if kind == "number":
            return constant(float(text) if "." in text else int(text))
        if kind == "text":
            return constant(_unquoted(text))
        if kind == "name":
            if text in ("true", "false", "null"):
                return constant({"true": True, "false": False, "null": None}[text])
            if self._sign() == "(":
                return called(text, self._arguments())
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
