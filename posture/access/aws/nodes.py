"""The nodes that links of AWS access lead to: systems, patterns of systems, patterns of identities."""

from __future__ import annotations

import hashlib
from typing import Any

import polars as pl

from posture.access.aws.account import Account, Principal
from posture.access.aws.actor import Targets
from posture.access.aws.gains import Gain
from posture.access.aws.grants import Grant
from posture.access.aws.match import arn_glob
from posture.access.aws.places import EVERY
from posture.access.aws.resource_side import Guarded
from posture.access.kinds import kinds
from posture.access.resolved import Links
from posture.estate.estate import Estate
from posture.model import keys
from posture.model.text import plain

FEW = 3
"""Up to this many targets are linked one by one; more of them through a pattern."""

Row = dict[str, Any]


class Nodes:
    """Nodes that no source gave, each made once; what a pattern contains is added to the links."""

    def __init__(self, estate: Estate, links: Links) -> None:
        self._links = links
        self.systems: dict[str, Row] = {}
        self.identities: dict[str, Row] = {}
        self._patterns: dict[tuple[str, ...], str] = {}
        self._shared: dict[int, tuple[Targets, str]] = {}
        """The pattern of each list of targets that many principals share, by its identity."""
        self._known: dict[tuple[str, str], list[str]] = {}
        rows = estate["systems"].filter((pl.col("provider") == "aws") & ~pl.col("pattern"))
        for key, scope, kind in rows.select("key", "scope", "kind").sort("key").iter_rows():
            self._known.setdefault((scope, kind), []).append(key)

    def control_plane(self, account: Account) -> None:
        """The node of an account itself, which its administrators reach."""
        scope = keys.aws_scope(account.id)
        self.add_system(keys.control_plane(scope), scope, "control-plane", f"account {account.id}", False)

    def add_system(self, key: str, scope: str, kind: str, name: str, pattern: bool) -> None:
        """A system, or a pattern of them."""
        self.systems[key] = {
            "key": key,
            "scope": scope,
            "provider": "aws",
            "kind": kind,
            "name": plain(name),
            "pattern": pattern,
        }

    def pattern_of(self, scope: str, kind: str, without: tuple[str, ...] = ()) -> str:
        """The node of every system of a kind, or of all but those with a policy that says otherwise."""
        key = keys.system_pattern(scope, f"{kind}:but-{digest(without)}" if without else kind)
        if key not in self.systems:
            but = f" but {len(without)}" if without else ""
            self.add_system(key, scope, kind, f"{kinds()[kind].title}{but}", True)
            for member in self._known.get((scope, kind), ()):
                if member not in without:
                    self._contain(key, member)
        return key

    def left_out(self, principal: Principal, grant: Grant) -> list[str]:
        """The systems of the account that a grant on all of their kind leaves out."""
        known = self._known.get((keys.aws_scope(principal.account), grant.kind), ()) if grant.but else ()
        return [key for key in known if grant.leaves_out(key)]

    def system(self, principal: Principal, grant: Grant, without: tuple[str, ...] = ()) -> tuple[str, bool]:
        """The node of a grant, and whether it lies in the principal's own account."""
        scope = keys.aws_scope(principal.account)
        if grant.kind == "control-plane":
            return keys.control_plane(scope), True
        if grant.resource == EVERY:
            return self.pattern_of(scope, grant.kind, without), True
        parts = grant.resource.split(":", 5)
        away = parts[4] if parts[4].isdigit() and parts[4] != principal.account else ""
        if away:
            scope = keys.aws_scope(away)
        pattern = "*" in grant.resource or "?" in grant.resource
        key = plain(grant.resource, 2048) + (f" but {digest(without)}" if without else "")
        if key not in self.systems:
            self.add_system(key, scope, grant.kind, keys.short(key), pattern)
            if pattern:
                covers = arn_glob(grant.resource)
                for member in self._known.get((scope, grant.kind), ()):
                    if covers(member) and member not in without:
                        self._contain(key, member)
        return key, not away

    def of_gain(self, node: str, gain: Gain) -> list[str]:
        """Whom a gain of `node` leads to: each by itself, or one pattern."""
        if len(gain.to) <= FEW:
            return [target.node for target in gain.to if target.node != node]
        # The node itself may stand in a pattern that it shares with others: becoming oneself is no gain.
        same = self._shared.get(id(gain.to))
        if same is None or same[0] is not gain.to:
            same = (gain.to, self._identity_pattern(gain))
            self._shared[id(gain.to)] = same
        return [same[1]]

    def _identity_pattern(self, gain: Gain) -> str:
        members = tuple(sorted(target.node for target in gain.to))
        if members not in self._patterns:
            scope = keys.aws_scope(gain.to[0].account)
            what = f"{gain.to[0].kind}s" + (f" trusting {gain.scope}" if "." in gain.scope else "")
            key = keys.identity_pattern(scope, f"{what}:{digest(members)}")
            self._patterns[members] = key
            self.identities[key] = {
                "key": key,
                "scope": scope,
                "provider": "aws",
                "kind": gain.to[0].kind,
                "pattern": True,
                "name": plain(f"{len(members)} {what}"),
            }
            for member in members:
                self._contain(key, member)
        return self._patterns[members]

    def listed(self, resource: Guarded) -> None:
        """A node for a system that only its policy tells of."""
        scope = keys.aws_scope(resource.owner) if resource.owner else ""
        if resource.key not in self._known.get((scope, resource.kind), ()):
            self.add_system(plain(resource.key, 2048), scope, resource.kind, keys.short(resource.key), False)

    def several(self, scope: str, kind: str, resources: tuple[str, ...]) -> str:
        """The node of some systems of a kind that their own policies set apart from the others."""
        key = keys.system_pattern(scope, f"{kind}:{digest(resources)}")
        if key not in self.systems:
            name = f"{len(resources)} of {kinds()[kind].title} with denies of their own"
            self.add_system(key, scope, kind, name, True)
            for member in resources:
                self._contain(key, plain(member, 2048))
        return key

    def _contain(self, pattern: str, member: str) -> None:
        self._links.append({"kind": "contains", "from": pattern, "to": member})


def digest(names: tuple[str, ...]) -> str:
    """A short name for a list of names."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]
