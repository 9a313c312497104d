"""Whole accounts in bulk: tables in, links out, each with its statement and its certainty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Any

from posture.access.aws import bearing
from posture.access.aws.abroad import Abroad
from posture.access.aws.account import Account, Landscape, Principal
from posture.access.aws.alike import Alike
from posture.access.aws.anywhere import certificates
from posture.access.aws.conditions import NO, YES
from posture.access.aws.effects import mask_of
from posture.access.aws.escalate import Escalation
from posture.access.aws.everyone import everyone
from posture.access.aws.gains import ASSUMED, Gain
from posture.access.aws.grants import Grant
from posture.access.aws.landscape import NO_TEXT, Reading, read
from posture.access.aws.match import arn_glob
from posture.access.aws.nodes import FEW, Nodes
from posture.access.aws.outside import outsiders
from posture.access.aws.places import EVERY
from posture.access.aws.resource_side import Guarded, guarded, listed, reached
from posture.access.aws.strangers import strangers
from posture.access.aws.workflows import admitted
from posture.access.resolved import Links, Resolved
from posture.estate.estate import Estate
from posture.model import keys
from posture.model.classes import Classes, parse
from posture.model.frames import frame
from posture.model.text import plain
from posture.sources.library.aws_resource_policies import SOURCE as POLICIES

_MOST_WORDS = 3

Row = dict[str, Any]


def resolve(estate: Estate) -> Resolved:
    """What every principal of every AWS account in `estate` may do and become."""
    reading = read(estate)
    if not (reading.landscape.accounts or reading.resource_policies or reading.lists):
        return Resolved()
    return _Writer(estate, reading).write()


class _Writer:
    def __init__(self, estate: Estate, reading: Reading) -> None:
        self.estate = estate
        self.reading = reading
        self.landscape: Landscape = reading.landscape
        escalation = Escalation(self.landscape)
        self.alike = Alike(self.landscape, escalation)
        self._abroad = Abroad(escalation.trusts)
        self.links = Links()
        self.nodes = Nodes(estate, self.links)
        self._guarded: dict[tuple[str, str], list[Guarded]] = {}
        """By owner and kind, the systems with a policy of their own."""
        self._by_key: dict[str, Guarded] = {}
        self._administrators: set[str] = set()
        self._ruled: set[str] = set()
        """The accounts that somebody administers, or may come to administer."""
        for resource in guarded(reading):
            self._by_key[resource.key] = resource
            self._guarded.setdefault((resource.owner, resource.kind), []).append(resource)

    def write(self) -> Resolved:
        for id_ in sorted(self.landscape.accounts):
            account = self.landscape.accounts[id_]
            self.nodes.control_plane(account)
            for principal in account.principals:
                self._principal(principal, account)
            if id_ in self._ruled:
                self._leave(account)
        for resource in self._by_key.values():
            self.nodes.listed(resource)
            self._named_by(resource)
        self.links.extend(everyone(self.landscape, self._by_key.values(), self._administrators))
        opened = [*self._by_key.values(), *listed(self.reading)]
        outside = [strangers(self.landscape, resource) for resource in opened]
        for row, link in chain(outsiders(self.landscape), *outside):
            self.nodes.identities.setdefault(row["key"], row)
            self.links.append(link)
        self.links.extend(admitted(self.estate, self.landscape))
        by_certificate = certificates(self.estate, self.landscape)
        self.links.extend(by_certificate.links)
        return Resolved(
            self.links.frame(),
            frame("systems", [self.nodes.systems[key] for key in sorted(self.nodes.systems)]),
            frame("identities", [self.nodes.identities[key] for key in sorted(self.nodes.identities)]),
            frame("coverage", list(self._coverage())),
            self.reading.assumptions,
            by_certificate.decided,
        )

    def _principal(self, principal: Principal, account: Account) -> None:
        found = self.alike.of(principal)
        now = found.standing
        if now.answer != NO:
            self._admin(principal, now.because, now.answer == YES, now.depends_on)
        for gain in found.gains:
            if gain.admin:
                because = "; ".join(gain.held.because) or gain.method
                self._admin(principal, because, gain.certain, ", ".join(gain.held.depends_on), gain.method)
            elif gain.kind:
                self._opened(principal, gain)
            if gain.to:
                self._become(principal.node, gain)
        if found.administers():
            self._administrators.add(principal.arn)
        else:
            for grant in found.grants:
                self._act(principal, account, grant)
        self._across(principal, account, found.grants)

    # --- links

    def _link(self, **row: Any) -> None:
        row["from"] = row.pop("from_")
        self.links.append(row)

    def _admin(
        self, principal: Principal, because: str, certain: bool, depends_on: str, method: str | None = None
    ) -> None:
        self._ruled.add(principal.account)
        self._link(
            kind="may-act",
            from_=principal.node,
            to=keys.control_plane(keys.aws_scope(principal.account)),
            classes=int(Classes.ADMIN),
            certain=certain,
            because=plain(because),
            depends_on=None if certain else plain(depends_on),
            method=method,
        )

    def _opened(self, principal: Principal, gain: Gain) -> None:
        self._link(
            kind="may-act",
            from_=principal.node,
            to=self.nodes.pattern_of(keys.aws_scope(principal.account), gain.kind),
            classes=int(parse(gain.classes)),
            certain=gain.certain,
            because=_words(gain.held.because),
            depends_on=None if gain.certain else _words(gain.held.depends_on),
            method=gain.method,
        )

    def _act(self, principal: Principal, account: Account, grant: Grant) -> None:
        single = self._by_key.get(grant.resource)
        near: Iterable[Guarded] = (single,) if single is not None and single.owner else ()
        if grant.resource == EVERY or "*" in grant.resource or "?" in grant.resource:
            covers = arn_glob(grant.resource)
            own = self._guarded.get((account.id, grant.kind), ())
            near = [one for one in own if covers(one.key) and not grant.leaves_out(one.key)]
        apart: dict[tuple[int, int], list[str]] = {}
        for one in near:
            if one.owner != account.id:
                # What another account's resource lets in is asked about across accounts.
                return
            if not one.leaves_it_to(account.id):
                apart.setdefault((0, 0), []).append(one.key)
                self._reach(principal, account, one, grant.maybe)
                continue
            sure, maybe = one.left(principal, account, grant.sure, grant.maybe)
            left = (mask_of(sure, grant.kind), mask_of(maybe, grant.kind))
            if left != (grant.certain, grant.possible):
                apart.setdefault(left, []).append(one.key)
        for (sure, maybe), resources in apart.items():
            self._left(principal, grant, tuple(resources), sure, maybe)
        if single is not None and apart:
            return
        apart_from = {key for found in apart.values() for key in found}
        without = sorted(apart_from.union(self.nodes.left_out(principal, grant)))
        to, here = self.nodes.system(principal, grant, tuple(without))
        for mask, certain in ((grant.certain, True), (grant.possible & ~grant.certain, False)):
            if not mask:
                continue
            certain = certain and here
            reasons = [*grant.depends_on] if here else ["what the other account's policy lets in"]
            self._link(
                kind="may-act",
                from_=principal.node,
                to=to,
                classes=mask,
                certain=certain,
                because=_words(grant.because),
                depends_on=None if certain else _words(reasons),
            )

    def _left(
        self, principal: Principal, grant: Grant, resources: tuple[str, ...], sure: int, maybe: int
    ) -> None:
        """What the denies of resources leave of a grant that covers them."""
        if not maybe:
            return
        to: Sequence[str] = resources
        if len(resources) > FEW:
            to = [self.nodes.several(keys.aws_scope(principal.account), grant.kind, resources)]
        for key in to:
            self._may_act(principal, grant, key, sure, True)
            self._may_act(principal, grant, key, maybe & ~sure, False)

    def _may_act(self, principal: Principal, grant: Grant, to: str, mask: int, certain: bool) -> None:
        if mask:
            doubts = (*grant.depends_on, "what the policy of the resource denies")
            self._link(
                kind="may-act",
                from_=principal.node,
                to=plain(to, 2048),
                classes=mask,
                certain=certain,
                because=_words(grant.because),
                depends_on=None if certain else _words(doubts),
            )

    def _reach(self, principal: Principal, account: Account, resource: Guarded, bits: int) -> None:
        """What all policies together leave of `bits` on one resource."""
        for one in reached(principal, account, resource, bits):
            self._link(
                kind="may-act",
                from_=principal.node,
                to=plain(resource.key, 2048),
                classes=one.mask,
                certain=one.certain,
                because=_words(one.because),
                depends_on=None if one.certain else _words(one.depends_on) or "what its policies leave",
            )

    def _across(self, principal: Principal, account: Account, given: list[Grant]) -> None:
        """What other accounts' resources let in of what its own policies allow."""
        for resource in self._letting_in.get(account.id, ()):
            bits = 0
            for grant in given:
                covers = arn_glob(grant.resource)(resource.key) and not grant.leaves_out(resource.key)
                if grant.kind == resource.kind and covers:
                    bits |= grant.maybe
            if bits:
                self._reach(principal, account, resource, bits)

    @cached_property
    def _letting_in(self) -> dict[str, list[Guarded]]:
        """By account, the resources of other accounts whose policies name it or somebody in it."""
        found: dict[str, list[Guarded]] = {}
        known = frozenset(self.landscape.accounts)
        for resource in self._by_key.values():
            named = {principal.account for principal in resource.named(self.landscape)}
            for account in sorted(resource.accounts(known) | named):
                if account != resource.owner:
                    found.setdefault(account, []).append(resource)
        return found

    def _named_by(self, resource: Guarded) -> None:
        """Inside its account a resource may let somebody in whose own policies say nothing."""
        for principal in resource.named(self.landscape):
            account = self.landscape.accounts[principal.account]
            if account.id == resource.owner and principal.arn not in self._administrators:
                self._reach(principal, account, resource, resource.allowing())

    def _leave(self, account: Account) -> None:
        """What administering the account gives in others: said once, of its control plane."""
        plane = keys.control_plane(keys.aws_scope(account.id))
        for gain in self._abroad.of(account):
            self._become(plane, gain, "lets-into")

    def _become(self, node: str, gain: Gain, kind: str = "may-become") -> None:
        for to in self.nodes.of_gain(node, gain):
            self._link(
                kind=kind,
                from_=node,
                to=to,
                certain=gain.certain,
                because=_words(gain.held.because) or gain.method,
                depends_on=None if gain.certain else _words(gain.held.depends_on),
                # To assume a role that one may assume is no escalation.
                method=None if gain.method == ASSUMED else gain.method,
            )

    def _coverage(self) -> Iterator[Row]:
        yield from bearing.coverage(self.estate, POLICIES.by_hand, POLICIES.blind)
        for scope, policy in self.reading.untold:
            yield {
                "scope": scope,
                "table": "documents",
                "state": "partial",
                "why": f"{plain(policy)}: {NO_TEXT}",
                "would_help": "aws iam get-account-authorization-details, without a filter",
            }


def _words(parts: Iterable[str]) -> str:
    given = [part for part in parts if part]
    more = len(given) - _MOST_WORDS
    return plain("; ".join(given[:_MOST_WORDS]) + (f"; and {more} more" if more > 0 else ""))
