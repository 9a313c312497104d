"""What can be asked of Google Cloud: the tree, the roles and denies on it, and what runs as whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from posture.access.gcp.called import called
from posture.access.gcp.conditions import YES
from posture.access.gcp.denies import Deny
from posture.access.gcp.hierarchy import Tree
from posture.access.gcp.holding import Holding
from posture.access.gcp.lifting import LIFTING, Meant, meant
from posture.access.gcp.permissions import Permissions

OWNER = "roles/owner"
ANYONE, ANYONE_SIGNED_IN = "allUsers", "allAuthenticatedUsers"
"""https://cloud.google.com/iam/docs/principals-overview: federated identities have no Google account."""
_BASIC = {"roles/owner": "projectOwner", "roles/editor": "projectEditor", "roles/viewer": "projectViewer"}


class Workload(Struct, frozen=True):
    """Something that runs as a service account."""

    key: str
    type: str
    account: str


class Landscape(Struct):
    """Everything of Google Cloud that the estate holds."""

    tree: Tree
    permissions: Permissions
    attributes: Mapping[str, Any]
    by_member: dict[str, list[Holding]] = field(default_factory=dict)
    principals: list[str] = field(default_factory=list)
    groups_of: dict[str, frozenset[str]] = field(default_factory=dict)
    """By identity or group, every group that it is in, directly or not."""
    closed_groups: frozenset[str] = frozenset()
    """Groups whose members were read."""
    denies: list[Deny] = field(default_factory=list)
    accounts: dict[str, bool] = field(default_factory=dict)
    """Service accounts of ours by key, and whether they can be used now."""
    agents: dict[str, list[str]] = field(default_factory=dict)
    """Accounts that Google runs, by scope."""
    workloads: list[Workload] = field(default_factory=list)
    systems: dict[str, list[str]] = field(default_factory=dict)
    """What was listed of each type of asset, whether or not it says as whom it runs."""
    still: frozenset[str] = frozenset()
    """Systems that do not run now."""
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By machine or scope: what it says of logins, and constraints with whether they are enforced."""
    complete: bool = False
    """Whether what is not listed does not exist."""
    pools: dict[str, list[str]] = field(default_factory=dict)
    """By project or organisation, whoever comes in through its pools, as policies name them."""
    clusters: dict[str, list[str]] = field(default_factory=dict)
    """By project, the accounts of its clusters that policies name."""
    listed: frozenset[str] = frozenset()
    """Scopes whose resources were listed whole."""
    custom: dict[str, str] = field(default_factory=dict)
    """Home scope of each custom role."""
    untold: list[tuple[str, str]] = field(default_factory=list)
    """(scope, sentence) of what is named and cannot be evaluated."""
    numbers: dict[str, str] = field(default_factory=dict)
    """Key of each project to `projects/NUMBER`."""
    _meant: dict[str, Meant] = field(default_factory=dict)

    def strings(self, principal: str) -> tuple[str, ...]:
        """Everything that a policy may call `principal`, besides anyone at all."""
        groups, above = self.groups_of.get(principal, ()), self.tree.above(principal)
        return called(principal, groups, above, self.numbers, self.accounts)

    def holdings(self, principal: str) -> tuple[Holding, ...]:
        """Every role that `principal` holds: its own, and what is given to anyone."""
        among = self.among(principal)
        return (*self.own(principal), *(self.holdings(among) if among else ()))

    def among(self, principal: str) -> str:
        """Whom `principal` is one of: whoever has a Google account, or anyone at all."""
        if principal == ANYONE:
            return ""
        google = (
            principal.startswith(("user:", "group:", "serviceAccount:", "domain:")) and "[" not in principal
        )
        return ANYONE_SIGNED_IN if google else ANYONE

    def own(self, principal: str) -> tuple[Holding, ...]:
        """Every role that `principal` holds by itself, through its groups, or through a basic role."""
        found = [one for name in self.strings(principal) for one in self.by_member.get(name, ())]
        more = {f"{_BASIC[one.role]}:{one.node.removeprefix('gcp:')}" for one in found if one.role in _BASIC}
        found += [one for name in sorted(more) for one in self.by_member.get(name, ())]
        return tuple(found)

    def code_of(self, workload: str) -> str:
        """The bucket from which a workload takes what it runs; empty where none is told."""
        return str(self.settings.get(workload, {}).get("code", ""))

    def enforced(self, node: str, constraints: Iterable[str]) -> bool | None:
        """Whether one of `constraints` holds on `node`; null where tags decide, which nobody here knows.

        What lies nearest replaces what lies above.
        """
        answers = {self.told(node, name, False) for name in constraints}
        return True if True in answers else None if None in answers else False

    def told(self, node: str, name: str, unsaid: Any = None) -> Any:
        """What the nearest setting of this name says at `node`; `unsaid` where there is none."""
        for one in self.tree.above(node):
            if name in (told := self.settings.get(one, {})):
                return told[name]
        return unsaid

    def denied(self, principal: str, node: str) -> tuple[int, int]:
        """Permissions that are withheld from `principal` on `node`: surely, and perhaps."""
        surely = perhaps = 0
        for deny, answer in self._meaning(principal).kept if self.denies else ():
            if self.tree.holds(deny.node, node):
                if answer == YES:
                    surely |= deny.mask
                else:
                    perhaps |= deny.mask
        return surely, perhaps

    def denied_below(self, principal: str, node: str) -> int:
        """Permissions that a rule further down withholds, or may withhold, on part of what lies in `node`."""
        mask = 0
        for deny, _answer in self._meaning(principal).kept if self.denies else ():
            if deny.node != node and self.tree.holds(node, deny.node):
                mask |= deny.mask
        return mask

    def lifted(self, principal: str, node: str, mask: int) -> Iterator[str]:
        """By which roles `principal` takes away what would withhold part of `mask` on `node`."""
        for deny, because in self._meaning(principal).lifted if self.denies else ():
            if deny.mask & mask and self.tree.holds(deny.node, node):
                yield because

    def _meaning(self, principal: str) -> Meant:
        """The deny rules that mean `principal`; those that it may delete or rewrite hold nobody up."""
        if principal not in self._meant:
            names = self.deny_names(principal)
            touching = [(deny, answer) for deny in self.denies if (answer := deny.touches(names))]
            lifts = self.permissions.set_of(LIFTING)
            able = [one for one in self.holdings(principal) if one.mask & lifts] if touching else []
            self._meant[principal] = meant(touching, able, self.permissions, self.tree)
        return self._meant[principal]

    def deny_names(self, principal: str) -> frozenset[str]:
        """Everything that a deny rule may call `principal`."""
        names = {"principalSet://goog/public:all", principal}
        for string in self.strings(principal):
            kind, _, name = string.partition(":")
            if kind == "user":
                names.add(f"principal://goog/subject/{name}")
            elif kind == "group":
                names.add(f"principalSet://goog/group/{name}")
            elif kind in ("principal", "principalSet"):
                names.add(string)
            elif kind == "serviceAccount":
                names.add(f"principal://iam.googleapis.com/projects/-/serviceAccounts/{name}")
        return frozenset(names)


def texts(parts: Iterable[str]) -> Iterator[str]:
    """Each of `parts` once, without the empty ones."""
    yield from dict.fromkeys(part for part in parts if part)
