"""Conditions of bindings and deny rules, answered with yes, no or perhaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from msgspec import Struct

from posture.access.gcp.cel import parsed
from posture.access.gcp.cel_values import BrokenExpression, Later

_HOURS_OF_A_WEEK = 7 * 24
NO, MAYBE, YES = 0, 1, 2
"""Answers in the order of how much they let through."""


class Asked(Struct, frozen=True):
    """What a condition is asked about: attributes by dotted name; what is not there is not known."""

    attributes: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition with its title; `broken` says why it cannot be read."""

    title: str
    expression: str
    ask: Callable[[Mapping[str, Any]], Any] | None = field(default=None, compare=False, hash=False)
    broken: str = ""

    def holds(self, asked: Asked) -> int:
        """Whether it lets the request through."""
        if self.ask is None:
            return MAYBE
        found = self.ask(asked.attributes)
        if not isinstance(found, bool) and "request.time.get" in self.expression:
            found = self._within_a_week(self.ask, asked.attributes)
        if found is True:
            return YES
        return NO if found is False else MAYBE

    def _within_a_week(self, ask: Callable[[Mapping[str, Any]], Any], known: Mapping[str, Any]) -> Any:
        """What holds at some hour of the coming week lets through whoever waits for it."""
        moment = known.get("request.time")
        if not isinstance(moment, Later):
            return None
        hours = (moment.at + timedelta(hours=n) for n in range(_HOURS_OF_A_WEEK))
        answers = {
            one if isinstance(one, bool) else None
            for one in (ask({**known, "request.time": Later(moment.at, moment.open, hour)}) for hour in hours)
        }
        return True if True in answers else False if answers == {False} else None


@lru_cache(maxsize=50_000)
def condition(title: str, expression: str) -> Condition:
    """The condition with this expression; one that cannot be read holds perhaps, and says so."""
    try:
        return Condition(title, expression, parsed(expression))
    except BrokenExpression as error:
        return Condition(title, expression, None, str(error))


def now(as_of: datetime | None, bound: bool) -> dict[str, Any]:
    """The attribute of the moment, where somebody says when the estate was seen."""
    return {} if as_of is None else {"request.time": Later(as_of.astimezone(UTC), bound)}
