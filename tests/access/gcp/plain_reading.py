"""A second, slow reading of the rules of Google Cloud, written from the documentation alone.

Everybody is asked about every node, one permission at a time; nothing is shared, kept or taken together.
https://cloud.google.com/iam/docs/policy-types, https://cloud.google.com/iam/docs/deny-overview
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

NO, MAYBE, YES = range(3)
Binding = tuple[Any, ...]


class Firm(Struct, frozen=True):
    """All that a firm has: `parents` of nodes, roles by name, members by group, accounts that are off."""

    parents: Mapping[str, str]
    bindings: Sequence[Binding]
    denies: Sequence[tuple[str, Mapping[str, Any]]]
    roles: Mapping[str, Sequence[str]]
    groups: Mapping[str, Sequence[str]]
    off: Sequence[str]
    names: Callable[[str], set[str]]
    """What a policy calls somebody besides its groups, as allow and deny policies spell it."""
    holds: Callable[[str, str], int]
    """Whether a condition holds for a permission; for none, before anybody asks for one."""

    def above(self, node: str) -> list[str]:
        found = [node]
        while found[-1] in self.parents:
            found.append(self.parents[found[-1]])
        return found

    def below(self, node: str) -> list[str]:
        everything = {*self.parents, *self.parents.values()}
        return sorted(one for one in everything if node in self.above(one))

    def called(self, who: str) -> set[str]:
        met, waiting = set(self.names(who)), [who]
        while waiting:
            now = waiting.pop()
            for group, members in self.groups.items():
                if now in members and group not in met:
                    met |= {group, f"principalSet://goog/group/{group.partition(':')[2]}"}
                    waiting.append(group)
        return met

    def held(self, who: str) -> list[tuple[Binding, int]]:
        """Bindings of `who` with what is known of their conditions."""
        called = self.called(who)
        return [
            (one, self.holds(one[3], "") if len(one) > 3 else YES)
            for one in self.bindings
            if called & set(one[2])
        ]

    def may(self, who: str, permission: str, node: str) -> int:
        gone, doubted = self.deleted(who)
        return self.may_despite(who, permission, node, gone, doubted)

    def deleted(self, who: str) -> tuple[set[int], set[int]]:
        """Which of the deny policies `who` deletes, one after the other, and which perhaps."""
        gone: set[int] = set()
        while True:
            able = {
                n: self.may_despite(who, "iam.denypolicies.delete", node, gone, set())
                for n, (node, _rule) in enumerate(self.denies)
                if n not in gone
            }
            if YES not in able.values():
                return gone, {n for n, answer in able.items() if answer == MAYBE}
            gone |= {n for n, answer in able.items() if answer == YES}

    def may_despite(self, who: str, permission: str, node: str, gone: set[int], doubted: set[int]) -> int:
        around = self.above(node)
        best = NO
        for one, _known in self.held(who):
            if one[0] in around and permission in self.roles[one[1]]:
                best = max(best, self.holds(one[3], permission) if len(one) > 3 else YES)
        return min(best, YES - self.denied(who, permission, around, gone, doubted))

    def denied(
        self, who: str, permission: str, around: Sequence[str], gone: set[int], doubted: set[int]
    ) -> int:
        worst = NO
        for n, (node, rule) in enumerate(self.denies):
            if n in gone or node not in around or not _covers(rule["deniedPermissions"], permission):
                continue
            if _covers(rule.get("exceptionPermissions", ()), permission):
                continue
            called = self.called(who)
            if called & set(rule["deniedPrincipals"]) and not called & set(
                rule.get("exceptionPrincipals", ())
            ):
                given = rule.get("denialCondition")
                answer = self.holds(given["expression"], "") if given else YES
                worst = max(worst, min(answer, MAYBE) if n in doubted else answer)
        return worst


def _covers(patterns: Sequence[str], permission: str) -> bool:
    service, _, rest = permission.partition(".")
    host = {"resourcemanager": "cloudresourcemanager"}.get(service, service) + ".googleapis.com"
    kind, _, verb = rest.partition(".")
    forms = {f"{host}/{rest}", f"{host}/{kind}.*", f"{host}/*.{verb}", f"{host}/*.*"}
    return bool(forms & set(patterns))


def steps(firm: Firm, who: str, accounts: Sequence[str], home: str) -> dict[str, int]:
    """What `who` gains in one step, and how surely. `home` is where every custom role lives."""
    found: dict[str, int] = {}

    def gain(what: str, answer: int) -> None:
        found[what] = max(found.get(what, NO), answer)

    usable = [one for one in accounts if one not in firm.off]
    for account in accounts:
        woken = YES if account in usable else firm.may(who, "iam.serviceAccounts.enable", account)
        acting = firm.may(who, "iam.serviceAccounts.actAs", account)
        for making in ("run.services.create", "cloudbuild.builds.create"):
            gain(account, min(woken, acting, firm.may(who, making, firm.parents[account])))
        gain(account, min(woken, firm.may(who, "iam.serviceAccounts.getAccessToken", account)))
    for account in usable:
        gain(account, _delegated(firm, who, account, usable))
    for scope in {*firm.parents.values()}:
        level = {"gcp:organizations": "organizations", "gcp:folders": "folders"}.get(
            scope.partition("/")[0], "projects"
        )
        gain(scope, firm.may(who, f"resourcemanager.{level}.setIamPolicy", scope))
    writes = firm.may(who, "iam.roles.update", home)
    for one, known in firm.held(who):
        if one[0] not in firm.off:
            gain(one[0], min(writes, known))
    return {what: answer for what, answer in found.items() if answer and what != who}


def _delegated(firm: Firm, who: str, target: str, usable: Sequence[str]) -> int:
    """By any row of accounts, each of which may be gone through by the one before it."""
    reached = {one: firm.may(who, "iam.serviceAccounts.implicitDelegation", one) for one in usable}
    for _round in usable:
        for middle in usable:
            for one in usable:
                onward = firm.may(middle, "iam.serviceAccounts.implicitDelegation", one)
                reached[one] = max(reached[one], min(reached[middle], onward))
    answers = [
        min(reached[one], firm.may(one, "iam.serviceAccounts.getAccessToken", target)) for one in usable
    ]
    return max(answers, default=NO)
