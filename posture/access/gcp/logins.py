"""Logging in to a machine: whether its settings let a key in, and whether it can be reached at all.

https://cloud.google.com/compute/docs/instances/access-overview,
https://cloud.google.com/iap/docs/using-tcp-forwarding
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from posture.access.gcp.landscape import Holding, Landscape
from posture.access.gcp.needs import TUNNEL, Needs

WAYS_IN = ("own-keys", "project-keys", "os-login")
"""`own-keys`: a key among the metadata of the machine. `project-keys`: one among those of its project.
`os-login`: an identity of Google's, which roles let in."""
SHUT = "no"
_REQUIRED = ("compute.requireOsLogin", "compute.managed.requireOsLogin")
_IN_DOUBT = {True: "", False: SHUT}


class Logins:
    """The settings of machines in one landscape."""

    def __init__(self, landscape: Landscape, needs: Needs) -> None:
        self._land = landscape
        self._needs = needs

    def doubt(self, way: str, principal: str, holdings: Sequence[Holding], machine: str) -> str:
        """What decides whether `principal` gets in; empty where it surely does, SHUT where it cannot."""
        if not way:
            return ""
        taken = self._takes(way, machine)
        if taken == SHUT:
            return SHUT
        return "; ".join(part for part in (taken, self._reach(principal, holdings, machine)) if part)

    def _takes(self, way: str, machine: str) -> str:
        own = self._land.settings.get(machine, {})
        if way == "os-login":
            return self._uses_os_login(own, machine)
        if self._land.enforced(machine, _REQUIRED):
            return SHUT
        if way == "own-keys":
            # Who writes its metadata turns OS Login off as well.
            return ""
        if own.get("os-login") is True or own.get("project-keys") is False:
            return SHUT
        return "" if own else "whether the machine takes keys from the project's metadata"

    def _uses_os_login(self, own: Mapping[str, Any], machine: str) -> str:
        if self._land.enforced(machine, _REQUIRED):
            return ""
        for node in self._land.tree.above(machine):
            told = self._land.settings.get(node, {}).get("os-login")
            if told is not None:
                return _IN_DOUBT[told]
        project = next(iter(self._land.tree.above(machine)[1:]), "")
        known = own and (project in self._land.settings or self._land.complete)
        return SHUT if known else "whether the machine uses OS Login"

    def _reach(self, principal: str, holdings: Sequence[Holding], machine: str) -> str:
        if self._land.settings.get(machine, {}).get("outside-address") is True:
            return ""
        tunnel = self._needs.at((TUNNEL,), principal, holdings, machine)
        return "" if tunnel is not None and tunnel.certain else "whether the machine can be reached"
