"""What a condition on a role is told of the request that a method makes, and what it answers to that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from posture.access.gcp.cel_values import Wild
from posture.access.gcp.conditions import MAYBE, NO, YES, Asked, condition
from posture.access.gcp.holding import Holding
from posture.access.gcp.landscape import OWNER, Landscape
from posture.access.gcp.reference import reference
from posture.access.wildcards import STEP

_HOST, _MANAGER = ".googleapis.com", "cloudresourcemanager.googleapis.com"
_ABOUT = (
    ("resourcemanager.projects.", f"{_MANAGER}/Project", f"projects/{STEP}"),
    ("resourcemanager.folders.", f"{_MANAGER}/Folder", f"folders/{STEP}"),
    ("resourcemanager.organizations.", f"{_MANAGER}/Organization", f"organizations/{STEP}"),
    ("iam.serviceAccount", f"iam{_HOST}/ServiceAccount", f"projects/{STEP}/serviceAccounts/{STEP}"),
)
"""By the beginnings of permissions: the type and the form of the name of what is asked about.
https://cloud.google.com/iam/docs/conditions-resource-attributes"""
_PROJECTS, _NOTHING = _ABOUT[0][0], {"resource.type": "", "resource.service": "", "resource.name": ""}

_GRANTED = f"api.getAttribute(iam{_HOST}/modifiedGrantsByRole)"
"""The roles whose members the request changes; of other requests nothing.
https://cloud.google.com/iam/docs/setting-limits-on-granting-roles"""

_TAKING = (
    "iam.serviceAccounts.getAccessToken", "iam.serviceAccounts.signBlob", "iam.serviceAccounts.signJwt",
    "iam.serviceAccountKeys.create",
)  # fmt: skip


class Asking:
    """Asks the conditions of one landscape."""

    def __init__(self, landscape: Landscape, telling: int) -> None:
        self._land = landscape
        self._telling = telling
        """Every permission that some method needs."""
        self._known: dict[tuple[str, str, int, str], int] = {}

    def answer(self, one: Holding, permission: str) -> int:
        """Whether the condition of a role lets through a request that needs `permission`."""
        asks = any(word in one.expression for word in ("resource.", "api."))
        if one.answer != MAYBE or not asks:
            return one.answer
        # What the condition was told is the same wherever one binding holds a role.
        key = (one.title, one.expression, one.number if one.told else 0, permission)
        if key not in self._known:
            self._known[key] = self._answer(one, permission)
        return self._known[key]

    def _answer(self, one: Holding, permission: str) -> int:
        granting = permission.endswith(".setIamPolicy") and "api." in one.expression
        if not granting:
            return self._told(one, permission, [])
        best = NO
        for role, enough in self._to_give(permission):
            found = self._told(one, permission, [role])
            best = max(best, found if enough else min(found, MAYBE))
            if best == YES:
                break
        return best

    def _to_give(self, permission: str) -> Iterator[tuple[str, bool]]:
        """The roles that one may give oneself, and whether each is enough: it leads to any other, or takes
        the account."""
        bit = self._land.permissions.bit
        enough, weak = bit(permission), self._telling
        if permission.startswith("iam.serviceAccounts."):
            for taking in _TAKING:
                enough |= bit(taking)
            weak = bit("iam.serviceAccounts.actAs") | bit("iam.serviceAccounts.implicitDelegation")
        weaker = []
        yield OWNER, True
        for role in sorted(reference().roles):
            held = self._land.permissions.predefined(role) or 0
            if held & enough:
                yield role, True
            elif held & weak:
                weaker.append(role)
        yield from ((role, False) for role in weaker)

    def _told(self, one: Holding, permission: str, roles: list[str]) -> int:
        held = condition(one.title, one.expression)
        known = {**self._land.attributes, **one.told, _GRANTED: roles}
        answers = {held.holds(Asked({**known, **about})) for about in _about(permission)}
        return answers.pop() if len(answers) == 1 else MAYBE


def _about(permission: str) -> Iterator[Mapping[str, Any]]:
    """What may be told of the resource: nothing at all where its type may be none that conditions know."""
    for start, type_, name in _ABOUT:
        if permission.startswith(start):
            yield {
                "resource.type": type_,
                "resource.service": type_.partition("/")[0],
                "resource.name": Wild(name, any=False),
            }
            if start != _PROJECTS:
                yield _NOTHING
            return
    host = f"{permission.partition('.')[0]}{_HOST}"
    yield {
        "resource.type": Wild(f"{host}/{STEP}", any=False),
        "resource.service": host,
        "resource.name": Wild("*", any=False),
    }
    # Who makes something asks the project.
    yield from _about(_PROJECTS)
    yield _NOTHING
