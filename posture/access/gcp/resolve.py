"""Whole organisations in bulk: tables in, links out, each with its binding and its certainty."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from posture.access.gcp import concerned
from posture.access.gcp.acts import Act, Acts
from posture.access.gcp.escalate import Escalation
from posture.access.gcp.everyone import Everyone
from posture.access.gcp.federation import Federation
from posture.access.gcp.gains import Gain, merged, standing
from posture.access.gcp.holding import Holding
from posture.access.gcp.landscape import Landscape, texts
from posture.access.gcp.reading import read
from posture.access.gcp.workflows import admitted
from posture.access.kinds import kinds
from posture.access.resolved import Links, Resolved
from posture.estate.estate import Estate
from posture.model import keys
from posture.model.classes import Classes
from posture.model.frames import frame
from posture.model.text import plain

FEW = 3
"""Up to this many accounts are linked one by one; more of them through a pattern."""
_MOST_WORDS = 3
_FEDERATED = ("principal:", "principalSet:")

Row = dict[str, Any]


def resolve(estate: Estate, complete: bool = False) -> Resolved:
    """What everybody named in the policies of Google Cloud may do and become.

    `complete` says that what the estate does not list does not exist.
    """
    if not concerned(estate):
        return Resolved()
    return _Writer(estate, read(estate, complete)).write()


class _Writer:
    def __init__(self, estate: Estate, landscape: Landscape) -> None:
        self._estate = estate
        self._land = landscape
        self._escalation = Escalation(landscape)
        self._federation = Federation(estate, landscape, self._escalation)
        self._links = Links()
        self._systems: dict[str, Row] = {}
        self._identities: dict[str, Row] = {}
        self._patterns: dict[tuple[str, ...], str] = {}
        rows = estate["systems"].filter(pl.col("provider") == "gcp", ~pl.col("pattern"))
        self._members: dict[tuple[str, str], list[str]] = {}
        kinds_of: dict[str, str] = {}
        for key, scope, kind in rows.select("key", "scope", "kind").sort("key").iter_rows():
            kinds_of[key] = kind
            self._members.setdefault((scope, kind), []).append(key)
        self._acts = Acts(landscape, kinds_of, self._members)
        self._everyone = Everyone(landscape, self._escalation, self._acts)
        self._scopes = estate["scopes"].filter(pl.col("provider") == "gcp").sort("key")
        self._listed = set(estate["identities"]["key"])
        groups = estate["groups"].filter(pl.col("key").str.starts_with("group:"))
        self._groups = dict(groups.select("key", "scope").iter_rows())

    def write(self) -> Resolved:
        for key, name in self._scopes.select("key", "name").iter_rows():
            self._control_plane(key, name or key.removeprefix("gcp:"))
        self._everybody()
        for link in self._federation.links():
            self._link(**link)
        for link in admitted(self._estate, self._land, self._escalation, self._federation):
            self._link(**link)
        return Resolved(
            self._links.frame(),
            frame("systems", [self._systems[key] for key in sorted(self._systems)]),
            frame("identities", [self._identities[key] for key in sorted(self._identities)]),
            frame("coverage", list(self._coverage())),
            self._assumptions(),
        )

    def _everybody(self) -> None:
        for principal in self._land.principals:
            group = self._everyone.group(principal)
            gains = self._escalation.gains(principal)
            if group:
                self._link(kind="member-of", from_=principal, to=group)
                self._holder(principal, self._everyone.beyond(principal, gains), self._land.own(principal))
                continue
            self._holder(principal, gains, self._land.holdings(principal))
            # Who is denied something still asks without saying who it is.
            for act in self._everyone.unsigned(principal):
                self._act(principal, act)
        for public, group in self._everyone.groups.items():
            gains, holdings = self._escalation.gains(public), self._land.holdings(public)
            self._holder(public, gains, holdings, group)

    def _holder(
        self, principal: str, gains: Iterable[Gain], holdings: Iterable[Holding], as_: str = ""
    ) -> None:
        """The links of `principal`, or of the group `as_` that holds what it holds."""
        as_ = as_ or principal
        gains = merged(gains)
        ruled = standing(gains)
        owned = {scope for gain in gains if gain.certain and not gain.method for scope in gain.scopes}
        for gain in gains:
            for scope in gain.scopes:
                if not self._below(scope, ruled) and not (gain.method and scope in owned):
                    self._admin(as_, scope, gain)
            if gain.to:
                self._become(as_, gain, ruled)
        for act in self._acts.of(principal, holdings, ruled):
            self._act(as_, act)

    def _below(self, node: str, ruled: Iterable[str]) -> bool:
        return any(scope != node and self._land.tree.holds(scope, node) for scope in ruled)

    # --- links

    def _link(self, **row: Any) -> None:
        row["from"] = row.pop("from_")
        self._links.append(row)

    def _admin(self, principal: str, scope: str, gain: Gain) -> None:
        self._control_plane(scope, scope.removeprefix("gcp:"))
        self._link(
            kind="may-act",
            from_=principal,
            to=keys.control_plane(scope),
            classes=int(Classes.ADMIN),
            certain=gain.certain,
            because=_words(gain.because) + _others(gain),
            depends_on=None if gain.certain else _words(gain.depends_on),
            method=gain.method or None,
        )

    def _become(self, principal: str, gain: Gain, ruled: tuple[str, ...]) -> None:
        to = tuple(one for one in gain.to if one != principal and not self._below(one, ruled))
        # Whoever administers a scope is anybody of it.
        if not to or (gain.below and any(self._land.tree.holds(scope, gain.below) for scope in ruled)):
            return
        federated = principal.startswith(_FEDERATED)
        if federated and self._federation.told_by_providers(principal):
            return
        for node in self._nodes(to, gain, len(to) == len(gain.to)):
            row: Row = {"method": gain.method}
            if federated:
                row = self._federation.breadth(principal)
            self._link(
                kind="may-become",
                from_=principal,
                to=node,
                certain=gain.certain,
                because=_words(gain.because) + _others(gain),
                depends_on=None if gain.certain else _words(gain.depends_on),
                **row,
            )

    def _act(self, principal: str, act: Act) -> None:
        if not act.node.startswith("gcp:"):
            to = act.node
        elif act.kind == "control-plane":
            self._control_plane(act.node, act.node.removeprefix("gcp:"))
            to = keys.control_plane(act.node)
        else:
            to = self._pattern(act.node, act.kind)
        classes = Classes(act.classes)
        if act.kind == "control-plane" and Classes.ADMIN in classes:
            # Only who writes the policy of a scope administers it, and that is a gain of its own.
            classes = (classes & ~Classes.ADMIN) | Classes.WRITE
        self._link(
            kind="may-act",
            from_=principal,
            to=to,
            classes=int(classes),
            certain=act.certain,
            breadth="any-tenant" if self._everyone.are(principal) else None,
            because=_words(act.because),
            depends_on=None if act.certain else _words(act.depends_on),
        )

    # --- nodes

    def _control_plane(self, scope: str, name: str) -> None:
        key = keys.control_plane(scope)
        if key not in self._systems:
            self._systems[key] = {
                "key": key, "scope": scope, "provider": "gcp", "kind": "control-plane", "name": plain(name),
                "pattern": False,
            }  # fmt: skip

    def _pattern(self, scope: str, kind: str) -> str:
        key = keys.system_pattern(scope, kind)
        if key not in self._systems:
            self._systems[key] = {
                "key": key, "scope": scope, "provider": "gcp", "kind": kind, "name": kinds()[kind].title,
                "pattern": True,
            }  # fmt: skip
            for below in self._land.tree.levels(scope, "project"):
                for member in self._members.get((below, kind), ()):
                    self._link(kind="contains", from_=key, to=member)
        return key

    def _nodes(self, to: tuple[str, ...], gain: Gain, whole: bool) -> Iterator[str]:
        if len(to) <= FEW or to[0] not in self._land.accounts:
            yield from to
            return
        # Whoever is in a pattern that it shares with others may become itself, which is no gain.
        members = gain.to
        if members not in self._patterns:
            self._patterns[members] = self._identity_pattern(gain.below, members)
        yield self._patterns[members]

    def _identity_pattern(self, below: str, members: tuple[str, ...]) -> str:
        if below:
            key = keys.identity_pattern(below, "service-accounts")
            scope, name = below, f"every service account of {below.removeprefix('gcp:')}"
        else:
            digest = hashlib.sha256("\n".join(members).encode()).hexdigest()[:12]
            scope = self._land.tree.above(members[0])[1]
            key = keys.identity_pattern(scope, f"service-accounts:{digest}")
            name = f"{len(members)} service accounts"
        self._identities[key] = {
            "key": key, "scope": scope, "provider": "gcp", "kind": "service-account", "pattern": True,
            "name": plain(name),
        }  # fmt: skip
        for member in members:
            self._link(kind="contains", from_=key, to=member)
        return key

    # --- what is not known

    def _coverage(self) -> Iterator[Row]:
        for scope, why in sorted(set(self._land.untold)):
            yield {
                "scope": scope, "table": "policies", "state": "partial", "why": plain(why),
                "would_help": "gcloud iam roles describe, or the policy with its rules",
            }  # fmt: skip
        open_: dict[str, list[str]] = {}
        for member in sorted(self._land.by_member):
            if member.startswith("group:") and member not in self._land.closed_groups:
                open_.setdefault(self._groups.get(member) or "gcp", []).append(member.removeprefix("group:"))
        for scope, names in sorted(open_.items()):
            yield {
                "scope": scope, "table": "groups", "state": "unread",
                "why": f"who is in {_words(names)} is not known",
                "would_help": "gcloud identity groups memberships list --group-email=ADDRESS --format=json",
            }  # fmt: skip
        domains = [one.removeprefix("domain:") for one in self._land.by_member if one.startswith("domain:")]
        if domains:
            yield {
                "scope": "gcp", "table": "groups", "state": "unread",
                "why": f"who has an account of {_words(sorted(domains))} is not known",
                "would_help": "a group instead of the whole domain",
            }  # fmt: skip

    def _assumptions(self) -> tuple[str, ...]:
        found = ["no principal access boundary of Google Cloud limits anybody"]
        if not self._land.denies:
            found.append("no deny policy of Google Cloud withholds anything")
        return tuple(found)


def _others(gain: Gain) -> str:
    return f"; and {gain.others} other ways with the same roles" if gain.others else ""


def _words(parts: Iterable[str]) -> str:
    given = list(texts(parts))
    more = len(given) - _MOST_WORDS
    return plain("; ".join(given[:_MOST_WORDS]) + (f"; and {more} more" if more > 0 else ""))
