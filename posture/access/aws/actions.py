"""Sets of actions as integers, one bit per action of the reference: unions and cuts cost next to nothing."""

from __future__ import annotations

from functools import lru_cache

from posture.access.aws.compile import Statement
from posture.access.aws.match import AnyOf, glob
from posture.access.aws.reference import reference


@lru_cache(maxsize=1)
def every_action() -> int:
    """All actions of the reference."""
    return (1 << len(reference().ordered)) - 1


@lru_cache(maxsize=4096)
def _of_pattern(pattern: str) -> int:
    table = reference()
    exact = table.actions.get(pattern)
    if exact is not None:
        return 1 << exact.position
    if pattern and not pattern.strip("*"):
        return every_action()
    if "*" not in pattern and "?" not in pattern:
        return 0
    vendor, colon, _ = pattern.partition(":")
    matches = glob(pattern)
    service = table.services.get(vendor) if colon else None
    if service is not None:
        candidates = service.actions
    elif colon and "*" not in vendor and "?" not in vendor:
        return 0
    else:
        candidates = table.ordered
    bits = 0
    for action in candidates:
        if matches(action.full.lower()):
            bits |= 1 << action.position
    return bits


@lru_cache(maxsize=100_000)
def _of_patterns(patterns: tuple[str, ...], without: bool) -> int:
    bits = 0
    for pattern in patterns:
        bits |= _of_pattern(pattern)
    return every_action() & ~bits if without else bits


def actions_of(statement: Statement) -> int:
    """The known actions that `statement` speaks of."""
    patterns: AnyOf = statement.actions
    return _of_patterns(patterns.patterns, statement.without_actions)


def bit(action: str) -> int:
    """The bit of `action`, given in any case; 0 where the reference does not know it."""
    known = reference().actions.get(action.lower())
    return 0 if known is None else 1 << known.position
