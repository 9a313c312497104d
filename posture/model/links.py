"""Which kinds of link there are, what they join, and which may be walked on which route."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

ROUTES = ("stolen-credential", "hijacked-agent", "supply-chain", "loose-trust", "human-use")
"""How somebody comes in."""


class Kind(Struct, frozen=True):
    """One kind of link.

    `transition`: walking it means becoming somebody else, which costs one transition and needs a
    credential in hand. `ends`: it ends at a system with permission classes. `walked`: it is part of reach.
    """

    id: str
    from_: tuple[str, ...]
    to: tuple[str, ...]
    walked: bool = True
    transition: bool = False
    ends: bool = False
    routes: tuple[str, ...] = ROUTES


_ACTORS = ("agents", "tools", "systems")
_AGENT = ("hijacked-agent", "supply-chain")

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.id: kind
        for kind in (
            Kind("uses-tool", ("agents",), ("tools",), routes=_AGENT),
            Kind("holds", (*_ACTORS, "identities"), ("credentials",), routes=_AGENT),
            Kind("authenticates", ("credentials",), ("identities",)),
            Kind("runs-as", (*_ACTORS, "credentials"), ("identities",)),
            Kind("may-become", ("identities", "groups"), ("identities",), transition=True),
            Kind("lets-into", ("systems",), ("identities",), transition=True),
            Kind("may-act", ("identities", "groups"), ("systems",), ends=True),
            Kind("opens", ("credentials",), ("systems",), ends=True),
            Kind("calls", ("agents", "tools"), ("systems",), ends=True),
            Kind("delegates", ("agents",), ("agents",), transition=True,
                 routes=_AGENT),
            Kind("stored-at", ("credentials",), ("systems", "scopes"), walked=False),
            Kind("contains", ("systems", "identities", "scopes"), ("systems", "identities")),
            Kind("member-of", ("identities", "groups"), ("groups",)),
            Kind("declared-tool", ("agents",), ("tools", "systems"), walked=False),
        )
    }
)  # fmt: skip
"""The walkable-links table: every kind of link by its id.

`lets-into` starts at the control plane of a scope: whoever administers that comes to identities elsewhere.
`stored-at` is not walked as such: whoever may read the place obtains the credentials stored there, which the
graph adds as links of its own. `holds` starts at whoever can use the credential.
"""

MAX_TRANSITIONS = 6
"""Longest way in transitions (DOMAIN: reach path)."""
