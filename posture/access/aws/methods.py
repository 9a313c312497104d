"""Escalation methods as data: what each needs, on what, and what it gives. One table per method in
`escalation/`."""

from __future__ import annotations

from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import tomli
from msgspec import Struct

from posture.access.aws.actions import bit

WAYS = (
    "grant",
    "join",
    "free",
    "take",
    "strengthen",
    "unbind",
    "create",
    "provider",
    "pass",
    "workload",
    "data",
    "outside",
)
"""How a method works.

`grant`: one writes one's own permissions. `join`: one gets a group's. `free`: one lifts one's own limits.
`take`: one becomes another user or role. `strengthen`: one writes another's permissions and becomes it.
`unbind`: one lifts another's limits, by the first of the needs, and becomes it. `create`: one makes a
principal. `provider`: one speaks for an identity provider. `pass`: one has a service run one's code as a
role. `workload`: one puts code into something that already runs as a role. `data`: one opens data to
oneself. `outside`: one is let in by a directory outside the account.
"""


class Need(Struct, frozen=True):
    """One permission of a method.

    `on` is self, target, group, group of target, admin group, policy, boundary, provider, workload, `new
    TYPE` (something that one makes and names; the same one in all needs of a method), `existing TYPE`, `TYPE
    of workload` (what the workload's own ARN names), or `*`. With `new ONE or OTHER` the service may ask
    about either.
    """

    action: str
    on: str


class Method(Struct, frozen=True, dict=True):
    """One way to gain more than one has."""

    id: str
    name: str
    way: str
    needs: tuple[Need, ...]
    references: tuple[str, ...]
    target: str = ""
    trusts: tuple[str, ...] = ()
    """Services, any of which the passed role has to trust."""
    passed_to: tuple[str, ...] = ()
    """Services, any of which iam:PassRole may name, where these are others than the trusted ones."""
    workload: str = ""
    started: bool = False
    """Whether the workload has to run by itself."""
    exists: tuple[str, ...] = ()
    """Types of which the account has to hold at least one."""
    managed: bool = False
    """Whether Systems Manager has to reach the machine."""
    starts: str = ""
    """What starts the workload where it stands still, since the method needs it to run."""
    instance_profile: bool = False
    needs_pass: bool = False
    """Whether the service asks for iam:PassRole on the workload's own role again."""
    password: bool | None = None
    """Whether the target user has to have a password, or must not."""
    free_key: bool = False
    """Whether the target user needs room for another access key."""
    editable: bool = False
    kind: str = ""
    classes: str = ""
    certain: bool = True
    """False where something that no export shows decides too."""
    doubt: str = "whether what runs as the role can be turned to other ends"
    """What that is."""

    @cached_property
    def mask(self) -> int:
        """The set of actions that the method needs."""
        bits = 0
        for need in self.needs:
            bits |= bit(need.action)
        return bits

    def on(self, place: str) -> tuple[Need, ...]:
        return tuple(need for need in self.needs if need.on == place)


@lru_cache(maxsize=1)
def methods() -> tuple[Method, ...]:
    """Every method, by id."""
    found = [_method(row) for table in _tables() for row in table.get("method", ())]
    return tuple(sorted(found, key=lambda method: method.id))


@lru_cache(maxsize=1)
def service_of_workload() -> dict[str, str]:
    """The service that the role of each type of workload trusts."""
    merged: dict[str, str] = {}
    for table in _tables():
        merged |= table.get("workloads", {})
    return merged


@lru_cache(maxsize=1)
def _tables() -> list[dict[str, Any]]:
    folder = files("posture.access.aws") / "escalation"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return [tomli.loads((folder / name).read_text(encoding="utf-8")) for name in names]


def _method(row: dict[str, Any]) -> Method:
    given = dict(row)
    given["needs"] = tuple(Need(action, on) for action, on in given["needs"])
    for name in ("references", "trusts", "passed_to", "exists"):
        given[name] = tuple(given.get(name, ()))
    return Method(**given)
