"""Logging in to a machine: whether its settings let a key in, and whether it can be reached at all.

Fire walls are not looked at.
https://cloud.google.com/compute/docs/instances/access-overview,
https://cloud.google.com/iap/docs/using-tcp-forwarding
"""

from __future__ import annotations

from collections.abc import Sequence

from posture.access.gcp.constraints import Constraints
from posture.access.gcp.holding import Holding
from posture.access.gcp.landscape import Landscape
from posture.access.gcp.needs import FREE, TUNNEL, Held, Needs

WAYS_IN = ("own-keys", "project-keys", "os-login")
"""`own-keys`: a key among the metadata of the machine. `project-keys`: one among those of its project.
`os-login`: an identity of Google's, which roles let in."""
_IN_USE = "whether the machine uses OS Login"
_REQUIRED = ("compute.requireOsLogin", "compute.managed.requireOsLogin")


class Logins:
    """The settings of machines in one landscape."""

    def __init__(self, landscape: Landscape, needs: Needs, constraints: Constraints) -> None:
        self._land = landscape
        self._needs = needs
        self._constraints = constraints

    def entered(self, way: str, principal: str, holdings: Sequence[Holding], machine: str) -> Held | None:
        """What it takes besides for `principal` to get in; null where it cannot."""
        if not way:
            return FREE
        if way == "os-login":
            taken = self._uses_os_login(machine)
        else:
            taken = self._takes_key(way, principal, holdings, machine)
        return None if taken is None else self._reached(principal, holdings, machine).after(taken)

    def _takes_key(self, way: str, principal: str, holdings: Sequence[Holding], machine: str) -> Held | None:
        past = self._constraints.past((_REQUIRED,), principal, holdings, machine)
        if way == "own-keys" or past is None:
            # Who writes its metadata turns OS Login off as well.
            return past
        own = self._land.settings.get(machine, {})
        if own.get("os-login") is True or own.get("project-keys") is False:
            return None
        return past if own else past.hanging("whether the machine takes keys from the project's metadata")

    def _uses_os_login(self, machine: str) -> Held | None:
        required = self._land.enforced(machine, _REQUIRED)
        if required:
            return FREE
        told = self._land.told(machine, "os-login")
        if told:
            return FREE
        if told is False:
            return None if required is False else FREE.hanging(_IN_USE)
        project = next(iter(self._land.tree.above(machine)[1:]), "")
        known = self._land.settings.get(machine) and (project in self._land.settings or self._land.complete)
        return None if known and required is False else FREE.hanging(_IN_USE)

    def _reached(self, principal: str, holdings: Sequence[Holding], machine: str) -> Held:
        own = self._land.settings.get(machine, {})
        if own and own.get("outside-address") is not False:
            return FREE
        tunnel = self._needs.at((TUNNEL,), principal, holdings, machine)
        if tunnel is not None and tunnel.certain:
            return tunnel
        return FREE.hanging("whether the machine can be reached")
