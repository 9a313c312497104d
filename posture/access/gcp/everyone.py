"""What everybody may do because a role is given to anyone: held by one group, of which all are members.

Whom a deny policy means apart from the rest is asked about singly, and so is what it still may do without
saying who it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from posture.access.gcp.acts import Act, Acts
from posture.access.gcp.escalate import Escalation
from posture.access.gcp.gains import Gain
from posture.access.gcp.landscape import ANYONE, ANYONE_SIGNED_IN, Landscape

_GROUPS = {ANYONE: "gcp:everyone", ANYONE_SIGNED_IN: "gcp:everyone-signed-in"}


class Everyone:
    """The groups of everybody in one landscape."""

    def __init__(self, landscape: Landscape, escalation: Escalation, acts: Acts) -> None:
        self._land = landscape
        self._acts = acts
        self.groups: Mapping[str, str] = {
            public: group for public, group in _GROUPS.items() if landscape.holdings(public)
        }
        """By who is meant by `anyone`; none where nothing is given to anyone."""
        self._gained = {public: {_what(gain) for gain in escalation.gains(public)} for public in self.groups}
        self._names = {public: landscape.deny_names(public) for public in self.groups}
        self._masks = dict.fromkeys(self.groups, 0)
        for public in self.groups:
            for one in landscape.holdings(public):
                self._masks[public] |= one.mask

    def group(self, principal: str) -> str:
        """The group whose roles `principal` shares; empty where there is none, or some are denied to it."""
        public = self._land.among(principal)
        if public not in self.groups or self._apart(principal, public):
            return ""
        return self.groups[public]

    def are(self, principal: str) -> bool:
        """Whether `principal` means everybody, or is the group of them."""
        return principal in _GROUPS or principal in _GROUPS.values()

    def _apart(self, principal: str, public: str) -> bool:
        denies = [deny for deny in self._land.denies if deny.mask & self._masks[public]]
        if not denies:
            return False
        names = self._land.deny_names(principal)
        return any(deny.touches(names) != deny.touches(self._names[public]) for deny in denies)

    def beyond(self, principal: str, gains: Iterable[Gain]) -> Iterator[Gain]:
        """What `principal` gains besides what everybody does."""
        known = self._gained[self._land.among(principal)]
        return (gain for gain in gains if _what(gain) not in known)

    def unsigned(self, principal: str) -> list[Act]:
        """What `principal`, which is in no group of everybody, may do as nobody in particular."""
        if ANYONE not in self.groups or principal == ANYONE:
            return []
        return self._acts.of(ANYONE, self._land.holdings(ANYONE), ())


def _what(gain: Gain) -> tuple[object, ...]:
    return gain.method, gain.certain, gain.scopes, gain.to
