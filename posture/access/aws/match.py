"""Wildcards and policy variables of AWS policy texts, compiled to fast matchers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from posture.access.remembered import remembered

Matcher = Callable[[str], bool]
Lookup = Callable[[str], "str | None"]

_WILDCARD = re.compile(r"[*?]")
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_ESCAPES = {"*": "*", "?": "?", "$": "$"}
ARN_SEGMENTS = 6


def _always(_: str) -> bool:
    return True


@remembered(65536)
def glob(pattern: str) -> Matcher:
    """A matcher where `*` is any run of characters and `?` any one. Exact and prefix patterns need no
    regex."""
    if pattern.strip("*") == "" and pattern:
        return _always
    if "*" not in pattern and "?" not in pattern:
        return pattern.__eq__
    head = pattern[:-1]
    if pattern.endswith("*") and "*" not in head and "?" not in head:
        return lambda text: text.startswith(head)
    return _when_asked(pattern, glob_regex)


def _when_asked(pattern: str, regex: Callable[[str], str]) -> Matcher:
    """A matcher that is compiled for the first text that begins as `pattern` does: most never see one."""
    head = _WILDCARD.split(pattern, 1)[0]
    return lambda text: text.startswith(head) and _compiled(regex, pattern)(text) is not None


@remembered(65536)
def _compiled(regex: Callable[[str], str], pattern: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile(regex(pattern), re.DOTALL).fullmatch


def glob_regex(pattern: str, run: str = ".*", one: str = ".") -> str:
    """The regex of a glob; `run` and `one` say what its wildcards may cover."""
    return "".join(
        run if c == "*" else one if c == "?" else re.escape(c) for c in re.sub(r"\*+", "*", pattern)
    )


@remembered(65536)
def arn_glob(pattern: str) -> Matcher:
    """A matcher for resource ARNs.

    Inside the first five segments a wildcard stays within its segment, unless it ends the segment: there AWS
    lets it run past the colons. The sixth takes everything that is left.
    """
    if "*" not in pattern and "?" not in pattern:
        return pattern.__eq__
    if not pattern.startswith("arn:"):
        return glob(pattern)
    parts = pattern.split(":", ARN_SEGMENTS - 1)
    if len(parts) == ARN_SEGMENTS and all("*" not in part and "?" not in part for part in parts[:-1]):
        return glob(pattern)
    return _when_asked(pattern, _arn_regex)


def _arn_regex(pattern: str) -> str:
    parts = pattern.split(":", ARN_SEGMENTS - 1)
    return ":".join(
        glob_regex(part)
        if position == ARN_SEGMENTS - 1
        else glob_regex(part[:-1], "[^:]*", "[^:]") + ".*"
        if part.endswith("*")
        else glob_regex(part, "[^:]*", "[^:]")
        for position, part in enumerate(parts)
    )


@remembered(65536)
def arn_like(pattern: str) -> Matcher:
    """A matcher of the Arn operators: each of the six segments is compared by itself."""
    parts = pattern.split(":", ARN_SEGMENTS - 1)
    if len(parts) < ARN_SEGMENTS:
        return arn_glob(pattern)
    checks = tuple(glob(part) for part in parts)

    def matches(text: str) -> bool:
        given = text.split(":", ARN_SEGMENTS - 1)
        return len(given) == ARN_SEGMENTS and all(
            check(part) for check, part in zip(checks, given, strict=True)
        )

    return matches


class AnyOf:
    """Whether a text matches one of several patterns, with the exact ones in a set."""

    __slots__ = ("everything", "exact", "globs", "patterns")

    def __init__(self, patterns: Iterable[str], compiled: Callable[[str], Matcher] = glob) -> None:
        self.patterns = tuple(patterns)
        self.everything = any(p and not p.strip("*") for p in self.patterns)
        self.exact = frozenset(p for p in self.patterns if "*" not in p and "?" not in p)
        self.globs = tuple(compiled(p) for p in self.patterns if "*" in p or "?" in p)

    def __call__(self, text: str) -> bool:
        if self.everything or text in self.exact:
            return True
        return any(matches(text) for matches in self.globs)


def has_variable(text: str) -> bool:
    """Whether `text` holds a policy variable or an escape that only version 2012-10-17 reads."""
    return "${" in text


def variables_in(text: str) -> tuple[str, ...]:
    """The context keys that the policy variables of `text` name, in lower case."""
    names = (body.partition(",")[0].strip() for body in _VARIABLE.findall(text))
    return tuple(name.lower() for name in names if name and name not in _ESCAPES)


# A variable's value is literal: its own wildcards match only themselves. They travel as private-use
# characters.
_LITERAL = {"*": "\ue000", "?": "\ue001"}
_BACK = {literal: char for char, literal in _LITERAL.items()}


def fill(text: str, lookup: Lookup) -> str | None:
    """`text` with its variables replaced; None where one has neither a value nor a default.

    Wildcards inside values, defaults and escapes are shielded: match the result with `shielded`.
    """
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        name, comma, default = found.group(1).partition(",")
        name = name.strip()
        if name in _ESCAPES:
            return _shield(_ESCAPES[name])
        if not name:
            return found.group(0)
        filled = lookup(name.lower())
        if filled is None and comma:
            default = default.strip()
            filled = default[1:-1] if len(default) > 1 and default[0] == default[-1] == "'" else default
        if filled is None:
            missing = True
            return ""
        return _shield(filled)

    result = _VARIABLE.sub(value, text)
    return None if missing else result


def _shield(text: str) -> str:
    return "".join(_LITERAL.get(char, char) for char in text)


def unshielded(text: str) -> str:
    """A filled text as plain characters, for operators without wildcards."""
    return "".join(_BACK.get(char, char) for char in text)


def shielded(compiled: Callable[[str], Matcher], pattern: str) -> Matcher:
    """The matcher of a filled pattern, whose shielded wildcards match only themselves."""
    matches = compiled(pattern)
    if not any(literal in pattern for literal in _BACK):
        return matches
    # A bare wildcard of the pattern is never meant literally, so those of the text can be shielded
    # throughout.
    return lambda text: matches(_shield(text))
