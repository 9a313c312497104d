"""Deny rules: from whom they withhold which permissions, and who is excepted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from posture.access.gcp.conditions import MAYBE, NO, YES, Asked, condition
from posture.access.gcp.permissions import Permissions
from posture.access.gcp.tagged import Tagged

_UNDECIDABLE = ("principalSet://goog/cloudIdentityCustomerId/", "principalSet://goog/domain/")
"""Sets whose members no export lists."""

_PART_OF_POOL = re.compile(r"(principalSet://iam\.googleapis\.com/.+?Pools/[^/]+)/(?:attribute\.|group/)")


class Deny(Struct, frozen=True):
    """One rule of a deny policy on `node`."""

    node: str
    name: str
    mask: int
    denied: frozenset[str]
    excepted: frozenset[str]
    answer: int
    """Whether its condition holds: YES or MAYBE."""

    def touches(self, names: frozenset[str]) -> int:
        """Whether it withholds its permissions from whoever goes by `names`."""
        if not self.denied:
            return NO
        hit = YES if self.denied & names else MAYBE if _perhaps(self.denied, names) else NO
        if hit == NO or self.excepted & names:
            return NO
        if _perhaps(self.excepted, names):
            hit = MAYBE
        return min(hit, self.answer)


def _perhaps(principals: frozenset[str], names: frozenset[str]) -> bool:
    """Whether whoever goes by `names` may be among them, which no export lists: also a part of its pool."""
    return any(
        one.startswith(_UNDECIDABLE)
        or ((part := _PART_OF_POOL.match(one)) is not None and f"{part[1]}/*" in names)
        for one in principals
    )


def deny_of(
    node: str,
    name: str,
    body: Mapping[str, Any] | None,
    permissions: Permissions,
    attributes: Mapping[str, Any],
    tagged: Tagged,
) -> Iterator[Deny]:
    """The rules of a policy, each where its condition holds; one without its text may withhold anything."""
    if body is None:
        everything = permissions.matching("*")
        yield Deny(node, name, everything, frozenset(_UNDECIDABLE), frozenset(), MAYBE)
        return
    for rule in body["rules"]:
        if not isinstance(rule, Mapping):
            continue
        mask = _covered(rule, "deniedPermissions", permissions)
        mask &= ~_covered(rule, "exceptionPermissions", permissions)
        denied, excepted = _texts(rule, "deniedPrincipals"), _texts(rule, "exceptionPrincipals")
        for place, answer in _places(node, _field(rule, "denialCondition"), attributes, tagged):
            if mask and answer != NO:
                yield Deny(place, name, mask, _lower(denied), _lower(excepted), answer)


def _places(
    node: str, given: Any, attributes: Mapping[str, Any], tagged: Tagged
) -> Iterator[tuple[str, int]]:
    if not isinstance(given, Mapping) or not given.get("expression"):
        yield node, YES
        return
    held = condition(str(given.get("title") or ""), str(given["expression"]))
    for place, answer, _told in tagged.places(
        node, held.expression, lambda known: held.holds(Asked({**attributes, **known}))
    ):
        # What is denied at some hours is not at others.
        yield place, min(answer, MAYBE) if "request.time.get" in held.expression else answer


def _covered(rule: Mapping[str, Any], name: str, permissions: Permissions) -> int:
    bits = 0
    for permission in _texts(rule, name):
        bits |= permissions.matching(permission)
    return bits


def _texts(rule: Mapping[str, Any], name: str) -> frozenset[str]:
    given = _field(rule, name)
    return frozenset(one for one in given if isinstance(one, str)) if isinstance(given, list) else frozenset()


def _field(rule: Mapping[str, Any], name: str) -> Any:
    snake = "".join(f"_{char.lower()}" if char.isupper() else char for char in name)
    found = rule.get(name)
    return found if found is not None else rule.get(snake)


def _lower(principals: frozenset[str]) -> frozenset[str]:
    """Addresses are compared without regard to case."""
    return frozenset(_lowered(one) for one in principals)


def _lowered(principal: str) -> str:
    above, slash, name = principal.rpartition("/")
    account = "//goog/" in principal or above.endswith("/serviceAccounts")
    return f"{above}{slash}{name.lower()}" if account and "@" in name else principal
