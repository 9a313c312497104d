"""What sets of actions do: their classes on each kind of system, and what they can be limited to."""

from __future__ import annotations

from functools import lru_cache

from posture.access.aws.actions import every_action
from posture.access.aws.reference import reference
from posture.access.aws.reference.packed import effects


def limitable() -> int:
    """The actions that can be limited to resources; the others are granted on everything or not at all."""
    return effects().limitable


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
    return {name: service.bits for name, service in reference().services.items()}


@lru_cache(maxsize=200_000)
def mask_of(actions: int, kind: str) -> int:
    """The classes that `actions` give on systems of `kind`."""
    mask = 0
    for one, bits in effects().by_kind.get(kind, {}).items():
        if actions & bits:
            mask |= one
    return mask


@lru_cache(maxsize=20_000)
def kinds_in(actions: int) -> tuple[str, ...]:
    return tuple(kind for kind in sorted(effects().by_kind) if mask_of(actions, kind))


def actions_by_class(actions: int, kind: str) -> list[tuple[int, list[str]]]:
    """For each class the names of those of `actions` that give it on systems of `kind`."""
    found = []
    for one, bits in sorted(effects().by_kind.get(kind, {}).items()):
        rest, names = bits & actions, []
        while rest:
            low = rest & -rest
            names.append(reference().at(low.bit_length() - 1).full)
            rest ^= low
        if names:
            found.append((one, names))
    return found
