"""Sets of actions as integers, one bit per action of the reference: unions and cuts cost next to nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from posture.access.aws.compile import Statement
from posture.access.aws.match import AnyOf, glob
from posture.access.aws.reference import Service, reference
from posture.access.remembered import remembered


@lru_cache(maxsize=1)
def every_action() -> int:
    """All actions of the reference."""
    return (1 << reference().many) - 1


@lru_cache(maxsize=4096)
def _of_pattern(pattern: str) -> int:
    if pattern and not pattern.strip("*"):
        return every_action()
    services = reference().services
    vendor, colon, name = pattern.partition(":")
    if colon and "*" not in vendor and "?" not in vendor:
        return _matching(services[vendor], glob(name)) if vendor in services else 0
    matches = glob(pattern)
    bits = 0
    for service in services.values():
        bits |= _matching(service, matches, f"{service.prefix}:")
    return bits


def _matching(service: Service, matches: Callable[[str], bool], before: str = "") -> int:
    """The actions of `service` whose names in lower case, with `before` in front, match."""
    bits = 0
    for place, name in enumerate(service.positions):
        if matches(before + name):
            bits |= 1 << place
    return bits << service.first


@remembered(100_000)
def _of_patterns(patterns: tuple[str, ...], without: bool) -> int:
    bits, named = 0, []
    for pattern in patterns:
        if "*" in pattern or "?" in pattern:
            bits |= _of_pattern(pattern)
        elif (position := reference().position(pattern)) is not None:
            named.append(position)
    bits |= _of_positions(named)
    return every_action() & ~bits if without else bits


def _of_positions(positions: Iterable[int]) -> int:
    """A long list is put together byte by byte: to widen a set for each of its actions costs more."""
    row = bytearray(reference().many // 8 + 1)
    for position in positions:
        row[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(row, "little")


def actions_of(statement: Statement) -> int:
    """The known actions that `statement` speaks of."""
    patterns: AnyOf = statement.actions
    return _of_patterns(patterns.patterns, statement.without_actions)


def bit(action: str) -> int:
    """The bit of `action`, given in any case; 0 where the reference does not know it."""
    position = reference().position(action.lower())
    return 0 if position is None else 1 << position
