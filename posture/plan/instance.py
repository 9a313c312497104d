"""A planner instance as JSON lines give it: fixed atoms, and actions with multipliers and prerequisites."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from posture.model.errors import InputError
from posture.model.text import plain

Amount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Multiplier = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1)]


class InstanceAction(BaseModel):
    """One action of an instance."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )

    cost: Amount
    """Effort in hours."""
    mult: dict[Name, Multiplier] = {}
    """What is left of an atom's weight after the action; an atom that is not named keeps all of it."""
    pre: tuple[Name, ...] = ()
    """Technical prerequisites."""
    seed_pre: tuple[Name, ...] = ()
    """Prerequisites that the rules of order add; left away when their price is measured."""
    earns_after: tuple[Name, ...] = ()
    """Prerequisites before which the action would earn nothing: an order without them has no honest area."""
    stage: Annotated[int, Field(ge=0)] = 0
    """The immediate class: all of a lower stage comes before any of a higher one."""


class Instance(BaseModel):
    """One planning problem with fixed additive atoms."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", use_attribute_docstrings=True)

    id: Name
    atoms: dict[Name, Amount]
    """Weight of each atom at the start."""
    actions: dict[Name, InstanceAction]


def read(lines: Iterable[str]) -> Iterator[Instance]:
    """The instances of a JSON Lines text; an error names the line and the place in it."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _instance(line, number)


def _instance(line: str, number: int) -> Instance:
    try:
        json.loads(line, object_pairs_hook=_without_repeats)
        instance = Instance.model_validate_json(line)
    except json.JSONDecodeError as error:
        raise InputError(f"line {number}, column {error.colno}: not JSON ({error.msg})") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(plain(str(part)) for part in first["loc"]) or "the line"
        raise InputError(f"line {number}, {place}: {first['msg']}") from None
    except _RepeatedKey as error:
        raise InputError(f"line {number}: the key {plain(str(error))!r} stands twice in one object") from None
    except (ValueError, RecursionError):
        raise InputError(f"line {number}: a number or a nesting is too large to read") from None
    for action, place, name in _references(instance):
        raise InputError(
            f"line {number}, actions.{plain(action)}.{place}: {plain(name)!r} is not known there"
        )
    return instance


def _references(instance: Instance) -> Iterator[tuple[str, str, str]]:
    """Every name that an action uses and the instance does not have."""
    for name, action in instance.actions.items():
        for place, used, known in (
            ("mult", tuple(action.mult), instance.atoms),
            ("pre", action.pre, instance.actions),
            ("seed_pre", action.seed_pre, instance.actions),
            ("earns_after", action.earns_after, (*action.pre, *action.seed_pre)),
        ):
            for one in used:
                if one not in known:
                    yield name, place, one


class _RepeatedKey(ValueError):
    pass


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _RepeatedKey(key)
        found[key] = value
    return found
