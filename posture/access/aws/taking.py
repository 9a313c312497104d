"""Becoming an existing user or role by changing what lets one in: its keys, password, trust or policies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec.structs import replace

from posture.access.aws.account import Account, Principal
from posture.access.aws.actions import bit
from posture.access.aws.actor import Actor, Targets
from posture.access.aws.admin import EVERYTHING, with_any_policy
from posture.access.aws.conditions import NO, YES
from posture.access.aws.gains import Gain, about, best_of, doubt, editable, grouped
from posture.access.aws.held import FREELY, NOT_HELD, Held
from posture.access.aws.methods import Method, Need
from posture.access.aws.tagging import asked_of_targets, on_tagged
from posture.access.aws.trust import Trusts

_WORTH_KEEPING = 50
"""Longer lists are shared by many principals, so that what was made of them once is kept."""


class Taking:
    """The methods that work on a user or a role as it stands."""

    def __init__(self, trusts: Trusts, admin_groups: Callable[[Account], Sequence[str]]) -> None:
        self.trusts = trusts
        self.admin_groups = admin_groups
        self._fitting: dict[tuple[str, str], list[tuple[Targets, Held]]] = {}
        self._holders: dict[int, tuple[Targets, Targets]] = {}
        self._members: dict[int, tuple[Targets, Targets]] = {}
        self._sets: dict[int, tuple[Targets, frozenset[str]]] = {}
        self._after_any_policy: dict[str, int] = {}

    def take(self, actor: Actor, method: Method) -> Iterator[Gain]:
        """Whom `actor` can act as after it changed them."""
        for targets, held in self._on_targets(actor, method):
            yield Gain(method.id, held, targets)

    def fitting(self, account: Account, method: Method) -> list[tuple[Targets, Held]]:
        """The users or roles in a state that `method` can work on, equal answers together."""
        changes = method.editable or method.way in ("strengthen", "unbind")
        key = (account.id, f"{method.target} {method.password} {method.free_key} {changes}")
        if key not in self._fitting:
            everybody = account.users if method.target == "user" else account.roles
            self._fitting[key] = grouped(
                (target, _in_state(method, target))
                for target in everybody
                if not (changes and target.managed_by_aws)
            )
        return self._fitting[key]

    def _on_targets(self, actor: Actor, method: Method) -> list[tuple[Targets, Held]]:
        """The targets on which all needs of `method` are met, equal answers together."""
        # What the policies are is asked last: by then few targets are left.
        needs = sorted(method.needs, key=lambda need: need.on == "policy")
        groups = self.on_targets(actor, needs, self.fitting(actor.account, method))
        return [(targets, held) for targets, held in groups if targets != (actor.principal,) and held.answer]

    def on_targets(
        self, actor: Actor, needs: Iterable[Need], groups: list[tuple[Targets, Held]]
    ) -> list[tuple[Targets, Held]]:
        """Those of `groups` on which all `needs` are met as well."""
        for need in needs:
            groups = [
                (targets, held.and_(one))
                for before, held in groups
                for targets, one in self._need_on(actor, need, before)
            ]
        return groups

    def _need_on(self, actor: Actor, need: Need, targets: Targets) -> list[tuple[Targets, Held]]:
        if need.action == "sts:AssumeRole":
            wanted = self._arns_of(targets)
            near = [
                (tuple(role for role in roles if role.arn in wanted), held)
                for roles, held in self.trusts.assumable(actor)
            ]
            return [(roles, held) for roles, held in near if roles]
        if need.on == "target":
            found = actor.on_each(need.action, targets, lambda target: about(target, need.action))
            return [*found, *_after_tagging(actor, need.action, targets, found)]
        if need.on == "group of target":
            return self._in_groups(actor, need, targets)
        if need.on == "admin group":
            joined = best_of(
                actor.freely(need.action) or actor.may(need.action, group)
                for group in self.admin_groups(actor.account)
            )
            return [(targets, joined)] if joined.answer else []
        return self._holding(actor, need, targets)

    def _in_groups(self, actor: Actor, need: Need, targets: Targets) -> list[tuple[Targets, Held]]:
        """Those of `targets` in a group to which `actor` may do what `need` asks."""
        if not actor.bits & bit(need.action):
            return []
        members = _among(targets, self._members, lambda target: bool(target.groups))
        if not members:
            return []
        alike = actor.alike(need.action, members[0].groups[0])
        if alike is not None:
            return [(members, alike)] if alike.answer else []
        action = need.action.lower()
        allows = [s for s in actor.statements() if s.allows and s.covers_action(action)]
        by_group: dict[str, Held] = {}
        for group in sorted({group for target in members for group in target.groups}):
            if any(s.covers_resource(group, actor.context, set()) for s in allows):
                by_group[group] = actor.may(need.action, group)
        return grouped(
            (target, best_of(by_group[group] for group in target.groups if group in by_group))
            for target in members
            if not by_group.keys().isdisjoint(target.groups)
        )

    def _holding(self, actor: Actor, need: Need, targets: Targets) -> list[tuple[Targets, Held]]:
        """Those of `targets` that hold a policy on which `actor` may do what `need` asks."""
        policies = actor.on_policies(need.action)
        if isinstance(policies, Held):
            own = actor.account.id
            near = _among(targets, self._holders, lambda t: any(True for _ in editable(t.identity, own)))
            return [(near, policies)] if near and policies.answer else []
        wanted = self._arns_of(targets) if policies else frozenset()
        best: dict[str, tuple[Principal, Held]] = {}
        for arn, held in policies.items():
            for holder in actor.account.holders[arn]:
                before = best.get(holder.arn)
                if holder.arn in wanted and (before is None or before[1].answer < held.answer):
                    best[holder.arn] = (holder, held)
        return grouped(best.values())

    def _arns_of(self, targets: Targets) -> frozenset[str]:
        # The list stays beside its set, so that its identity cannot pass to another one.
        same = self._sets.get(id(targets))
        if same is not None and same[0] is targets:
            return same[1]
        arns = frozenset(target.arn for target in targets)
        if len(targets) > _WORTH_KEEPING:
            self._sets[id(targets)] = (targets, arns)
        return arns

    def strengthen(self, actor: Actor, method: Method) -> Iterator[Gain]:
        """One target that would make an administrator, a certain one where there is one."""
        best: Gain | None = None
        for targets, held in self._on_targets(actor, method):
            if best is not None and best.held.answer >= held.answer:
                continue
            target = next((t for t in targets if self._unbounded(t, actor)), None)
            if target is not None:
                best = Gain(method.id, held, (target,), admin=True)
                continue
            for target in targets:
                lifted = held.and_(_lifts_boundary(actor, target))
                if lifted.answer > (best.held.answer if best else NO):
                    best = Gain(method.id, lifted, (target,), admin=True)
        if best is not None:
            yield best

    def strengthened(self, actor: Actor, method: Method) -> Iterator[tuple[Principal, Held, Principal]]:
        """Targets that no policy makes administrators, with what they are once they were given every one."""
        for targets, held in self._on_targets(actor, method):
            for target in targets:
                if target.arn != actor.principal.arn and not self._unbounded(target, actor):
                    yield target, held, replace(target, identity=(*target.identity, EVERYTHING))

    def _unbounded(self, target: Principal, actor: Actor) -> bool:
        """Whether writing any policy for `target` would make it an administrator."""
        if target.arn == actor.principal.arn:
            return False
        if target.arn not in self._after_any_policy:
            self._after_any_policy[target.arn] = with_any_policy(target, actor.account).answer
        return self._after_any_policy[target.arn] == YES


_TAGGING = bit("iam:TagUser") | bit("iam:TagRole")


def _after_tagging(
    actor: Actor, action: str, targets: Targets, before: list[tuple[Targets, Held]]
) -> list[tuple[Targets, Held]]:
    """Those of `targets` on which it may do `action` only once it has written tags on them."""
    asked = asked_of_targets(actor, action) if actor.bits & _TAGGING else []
    if not asked:
        return []
    done = {target.arn for some, held in before if held.answer == YES for target in some}
    others = (one for one in targets if one.arn not in done and one.arn != actor.principal.arn)
    return grouped((target, on_tagged(actor, action, target, asked)) for target in others)


def _among(
    targets: Targets, known: dict[int, tuple[Targets, Targets]], fits: Callable[[Principal], bool]
) -> Targets:
    """Those of `targets` that fit, once per list."""
    same = known.get(id(targets))
    if same is None or same[0] is not targets:
        same = (targets, tuple(target for target in targets if fits(target)))
        if len(targets) > _WORTH_KEEPING:
            known[id(targets)] = same
    return same[1]


def _lifts_boundary(actor: Actor, target: Principal) -> Held:
    """Whether `actor` may take away or widen a boundary without which any policy makes an administrator."""
    if target.boundary is None or target.arn == actor.principal.arn:
        return NOT_HELD
    kind = target.kind.capitalize()
    actions = [f"iam:{verb}{kind}PermissionsBoundary" for verb in ("Delete", "Put")]
    lifted = best_of(actor.may(action, target.arn, about(target, action)) for action in actions)
    if lifted.answer == NO:
        return NOT_HELD
    freed = with_any_policy(replace(target, boundary=None), actor.account)
    return lifted if freed.answer == YES else NOT_HELD


def _in_state(method: Method, target: Principal) -> Held:
    """Whether a user is in the state that `method` needs it in."""
    whole = FREELY
    if method.password is not None and target.password is not method.password:
        if target.password is not None:
            return NOT_HELD
        whole = doubt(whole, "whether the user has a password")
    if method.free_key:
        if target.keys is None:
            whole = doubt(whole, "whether the user has room for another access key")
        elif target.keys >= 2:
            return NOT_HELD
    return whole
