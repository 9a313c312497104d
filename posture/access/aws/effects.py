"""What sets of actions do: their classes on each kind of system, and what they can be limited to."""

from __future__ import annotations

from functools import lru_cache

from posture.access.aws.actions import every_action
from posture.access.aws.reference import Action, reference
from posture.access.classes import rules
from posture.access.kinds import kind_of
from posture.model.classes import Classes


@lru_cache(maxsize=1)
def _by_kind() -> dict[str, tuple[int, dict[int, int]]]:
    """Per kind of system the set of its actions, and of those in each class."""
    given = rules("aws")
    found: dict[str, tuple[int, dict[int, int]]] = {}
    single = [int(one) for one in Classes if one]
    for action in reference().ordered:
        classes = int(given.of(action.full, action.level))
        if not classes:
            continue
        bit = 1 << action.position
        for kind in _kinds_of(action):
            every, by_class = found.get(kind, (0, {}))
            for one in single:
                if classes & one:
                    by_class[one] = by_class.get(one, 0) | bit
            found[kind] = (every | bit, by_class)
    return found


def _kinds_of(action: Action) -> set[str]:
    kinds = {kind_of("aws", action.service, type_) for type_ in action.types}
    return kinds or {kind_of("aws", action.service)}


@lru_cache(maxsize=1)
def limitable() -> int:
    """The actions that can be limited to resources; the others are granted on everything or not at all."""
    return sum(1 << action.position for action in reference().ordered if action.types)


def of_s3(pattern: str) -> int:
    """The actions that may be limited to `pattern`: a bucket is none of the objects in it."""
    objects = "/" in pattern
    if objects and pattern.rpartition("/")[0].endswith("*"):
        return every_action()
    if not objects and pattern.endswith("*"):
        return every_action()
    return _s3_of_type("object" if objects else "bucket")


@lru_cache(maxsize=2)
def _s3_of_type(type_: str) -> int:
    """The actions on objects, or those on everything but objects."""
    actions = reference().services["s3"].actions
    objects = sum(1 << action.position for action in actions if "object" in action.types)
    return objects if type_ == "object" else every_action() & ~objects


@lru_cache(maxsize=1)
def by_service() -> dict[str, int]:
    return {
        name: sum(1 << action.position for action in service.actions)
        for name, service in reference().services.items()
    }


@lru_cache(maxsize=200_000)
def mask_of(actions: int, kind: str) -> int:
    """The classes that `actions` give on systems of `kind`."""
    every, by_class = _by_kind().get(kind, (0, {}))
    if not actions & every:
        return 0
    mask = 0
    for one, bits in by_class.items():
        if actions & bits:
            mask |= one
    return mask


@lru_cache(maxsize=20_000)
def kinds_in(actions: int) -> tuple[str, ...]:
    return tuple(kind for kind in sorted(_by_kind()) if mask_of(actions, kind))


def actions_by_class(actions: int, kind: str) -> list[tuple[int, list[str]]]:
    """For each class the names of those of `actions` that give it on systems of `kind`."""
    _every, by_class = _by_kind().get(kind, (0, {}))
    ordered = reference().ordered
    found = []
    for one, bits in sorted(by_class.items()):
        rest, names = bits & actions, []
        while rest:
            low = rest & -rest
            names.append(ordered[low.bit_length() - 1].full)
            rest ^= low
        if names:
            found.append((one, names))
    return found
