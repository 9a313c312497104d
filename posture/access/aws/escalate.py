"""Which escalation methods a principal can carry out, on whom, and what it gains by them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from posture.access.aws.account import Account, Landscape, Principal, Workload
from posture.access.aws.actions import bit
from posture.access.aws.actor import FREELY, NOT_HELD, Actor, Facts, Held, Targets
from posture.access.aws.admin import EVERYTHING, lightened, standing, with_any_policy
from posture.access.aws.conditions import MAYBE, NO, YES
from posture.access.aws.context import Values
from posture.access.aws.decision import Attached, Level
from posture.access.aws.methods import Method, Need, methods, service_of_workload
from posture.access.aws.trust import Trusts

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
ASSUMED = "sts-001"
"""The id under which the catalogues list plain role assumption."""
_POLICY: Mapping[str, Values | None] = {"iam:policyarn": (ADMINISTRATOR,)}
_ASSUME = bit("sts:AssumeRole")
_WORTH_KEEPING = 50
"""Longer lists are shared by many principals, so that what was made of them once is kept."""


@dataclass(frozen=True, slots=True)
class Gain:
    """What one method gives: principals to act as, administration of the account, or a class on a kind of
    system."""

    method: str
    held: Held
    to: Targets = ()
    admin: bool = False
    kind: str = ""
    classes: str = ""
    scope: str = ""
    """What the targets have in common, such as the service that they trust."""

    @property
    def certain(self) -> bool:
        return self.held.answer == YES


class Escalation:
    """The methods, asked for one principal after the other over one landscape.

    `complete`: whether what the input does not list of workloads and resources does not exist. Without it, a
    method that needs something of a type that no source listed leads conditionally to the roles that may
    stand
    behind it.
    """

    def __init__(self, landscape: Landscape, complete: bool = False) -> None:
        self.landscape = landscape
        self.complete = complete
        self.trusts = Trusts(landscape)
        self._fitting: dict[tuple[str, str], list[tuple[Targets, Held]]] = {}
        self._holders: dict[int, tuple[Targets, Targets]] = {}
        self._sets: dict[int, tuple[Targets, frozenset[str]]] = {}
        self._after_any_policy: dict[str, int] = {}
        self._admins: dict[str, list[str]] = {}

    def gains(self, principal: Principal) -> list[Gain]:
        """What `principal` can gain in one step.

        Whoever surely comes to administer the account gains every user and role of it: then only the methods
        that lead there are listed, and the roles that trust it.
        """
        return self._of(Actor(principal, self.landscape.accounts[principal.account]), deep=True)

    def assumable(self, principal: Principal) -> list[Gain]:
        """The roles that `principal` may assume, whatever else it may do."""
        actor = Actor(principal, self.landscape.accounts[principal.account])
        return [Gain(ASSUMED, held, roles) for roles, held in self.trusts.assumable(actor)]

    def _of(self, actor: Actor, deep: bool) -> list[Gain]:
        able = _able(actor.bits)
        found: list[Gain] = []
        for method in able:
            if method.way in ("grant", "join", "free"):
                if deep:
                    found.extend(self._own(actor, method))
            elif method.way in _TO_ADMIN:
                found.extend(_TO_ADMIN[method.way](self, actor, method))
        found.extend(Gain(ASSUMED, held, roles) for roles, held in self.trusts.assumable(actor))
        if any(gain.admin and gain.certain for gain in found):
            return [gain for gain in found if gain.admin or gain.method == ASSUMED]
        for method in able:
            if method.way in _TO_OTHERS:
                found.extend(_TO_OTHERS[method.way](self, actor, method))
        return found

    # --- becoming somebody else

    def _take(self, actor: Actor, method: Method) -> Iterator[Gain]:
        if method.id != ASSUMED:
            for targets, held in self._on_targets(actor, method):
                yield Gain(method.id, held, targets)

    def _fit(self, account: Account, method: Method) -> list[tuple[Targets, Held]]:
        """The users or roles in a state that `method` can work on, equal answers together."""
        changes = method.editable or method.way == "strengthen"
        key = (account.id, f"{method.target} {method.password} {method.free_key} {changes}")
        if key not in self._fitting:
            everybody = account.users if method.target == "user" else account.roles
            self._fitting[key] = _grouped(
                (target, _in_state(method, target))
                for target in everybody
                if not (changes and target.managed_by_aws)
            )
        return self._fitting[key]

    def _on_targets(self, actor: Actor, method: Method) -> list[tuple[Targets, Held]]:
        """The targets on which all needs of `method` are met, equal answers together."""
        groups = self._fit(actor.account, method)
        # What the policies are is asked last: by then few targets are left.
        for need in sorted(method.needs, key=lambda need: need.on == "policy"):
            groups = [
                (targets, held.and_(one))
                for before, held in groups
                for targets, one in self._need_on(actor, need, before)
            ]
        return [(targets, held) for targets, held in groups if targets != (actor.principal,) and held.answer]

    def _need_on(self, actor: Actor, need: Need, targets: Targets) -> list[tuple[Targets, Held]]:
        if need.action == "sts:AssumeRole":
            wanted = self._arns_of(targets)
            near = [
                (tuple(role for role in roles if role.arn in wanted), held)
                for roles, held in self.trusts.assumable(actor)
            ]
            return [(roles, held) for roles, held in near if roles]
        if need.on == "target":
            return actor.on_each(need.action, targets, _about)
        return self._holding(actor, need, targets)

    def _holding(self, actor: Actor, need: Need, targets: Targets) -> list[tuple[Targets, Held]]:
        """Those of `targets` that hold a policy on which `actor` may do what `need` asks."""
        policies = actor.on_policies(need.action)
        if isinstance(policies, Held):
            near = self._holders_among(targets, actor.account) if policies.answer else ()
            return [(near, policies)] if near else []
        wanted = self._arns_of(targets) if policies else frozenset()
        best: dict[str, tuple[Principal, Held]] = {}
        for arn, held in policies.items():
            for holder in actor.account.holders[arn]:
                before = best.get(holder.arn)
                if holder.arn in wanted and (before is None or before[1].answer < held.answer):
                    best[holder.arn] = (holder, held)
        return _grouped(best.values())

    def _arns_of(self, targets: Targets) -> frozenset[str]:
        # The list stays beside its set, so that its identity cannot pass to another one.
        same = self._sets.get(id(targets))
        if same is not None and same[0] is targets:
            return same[1]
        arns = frozenset(target.arn for target in targets)
        if len(targets) > _WORTH_KEEPING:
            self._sets[id(targets)] = (targets, arns)
        return arns

    def _holders_among(self, targets: Targets, account: Account) -> Targets:
        same = self._holders.get(id(targets))
        if same is None or same[0] is not targets:
            near = tuple(t for t in targets if any(True for _ in _editable(t.identity, account.id)))
            same = (targets, near)
            self._holders[id(targets)] = same
        return same[1]

    def _strengthen(self, actor: Actor, method: Method) -> Iterator[Gain]:
        """One target that would make an administrator, a certain one where there is one."""
        best: Gain | None = None
        for targets, held in self._on_targets(actor, method):
            if best is not None and best.held.answer >= held.answer:
                continue
            target = next((t for t in targets if self._unbounded(t, actor)), None)
            if target is not None:
                best = Gain(method.id, held, (target,), admin=True)
        if best is not None:
            yield best

    def _unbounded(self, target: Principal, actor: Actor) -> bool:
        """Whether writing any policy for `target` would make it an administrator."""
        if target.arn == actor.principal.arn:
            return False
        if target.arn not in self._after_any_policy:
            self._after_any_policy[target.arn] = with_any_policy(target, actor.account).answer
        return self._after_any_policy[target.arn] == YES

    # --- passing a role, taking over what runs

    def _pass(self, actor: Actor, method: Method) -> Iterator[Gain]:
        rest = self._without_target(actor, method)
        if rest.answer == NO:
            return
        for service in method.trusts:
            for trusting, trust in self.trusts.trusting(actor.account, service, method.instance_profile):
                for roles, passed in _passable(actor, method, trusting):
                    if roles != (actor.principal,):
                        yield Gain(method.id, rest.and_(passed).and_(trust), roles, scope=service)

    def _without_target(self, actor: Actor, method: Method) -> Held:
        """The needs of `method` other than those on a role or workload, and what has to exist."""
        whole = FREELY
        new: dict[str, list[str]] = {}
        for need in method.needs:
            if need.on.startswith("new "):
                new.setdefault(need.on[4:], []).append(need.action)
            elif need.on == "*":
                whole = whole.and_(actor.freely(need.action) or actor.may(need.action, "*"))
            if whole.answer == NO:
                return NOT_HELD
        for type_, actions in new.items():
            whole = whole.and_(actor.on_new(actions, type_))
            if whole.answer == NO:
                return NOT_HELD
        if not method.certain:
            whole = doubt(whole, "whether what runs as the role can be turned to other ends")
        return self._existing(actor, method, whole)

    def _existing(self, actor: Actor, method: Method, whole: Held) -> Held:
        asked: dict[str, list[str]] = {type_: [] for type_ in method.exists}
        for need in method.needs:
            if need.on.startswith("existing "):
                asked.setdefault(need.on[9:], []).append(need.action)
        for type_, actions in asked.items():
            known = self._arns(actor.account, type_)
            if known is None:
                on_it = actor.on_new(actions, type_) if actions else FREELY
                whole = doubt(whole.and_(on_it), f"whether there is a {type_}")
            elif actions:
                whole = whole.and_(
                    _best(_every(actor.may(action, arn) for action in actions) for arn in known)
                )
            elif not known:
                return NOT_HELD
            if whole.answer == NO:
                return NOT_HELD
        return whole

    def _arns(self, account: Account, type_: str) -> Sequence[str] | None:
        """ARNs of a type; None where no source lists it."""
        if type_ == "event source":
            kinds = ("sqs:queue", "dynamodb:stream", "kinesis:stream", "kafka:cluster", "mq:brokers")
            lists = [self._arns(account, kind) for kind in kinds]
            found = [arn for arns in lists for arn in arns or ()]
            return found if found or all(arns is not None for arns in lists) else None
        if type_ in account.resources:
            return account.resources[type_]
        if type_ in account.workloads:
            return [workload.arn for workload in account.workloads[type_]]
        return () if self.complete else None

    def _workload(self, actor: Actor, method: Method) -> Iterator[Gain]:
        rest = self._without_target(actor, method)
        if rest.answer == NO:
            return
        known = actor.account.workloads.get(method.workload)
        if (known is None or method.workload in actor.account.partial) and not self.complete:
            yield from self._unlisted(actor, method, rest)
        for workload in known or ():
            role = self.landscape.principals.get(workload.role)
            if role is None or role.arn == actor.principal.arn:
                continue
            held = rest.and_(_every(actor.may(n.action, workload.arn) for n in method.on("workload")))
            held = self._runs(method, workload, held)
            if held.answer and method.needs_pass:
                service = service_of_workload()[method.workload]
                held = held.and_(actor.may("iam:PassRole", role.arn, {"iam:passedtoservice": (service,)}))
            if held.answer:
                yield Gain(method.id, held, (role,), scope=workload.arn)

    def _runs(self, method: Method, workload: Workload, held: Held) -> Held:
        """`held` after the state that the workload has to be in."""
        if method.managed and workload.managed is not True:
            if workload.managed is False:
                return NOT_HELD
            if not self.complete:
                held = doubt(held, f"whether Systems Manager manages {workload.arn}")
        if not method.started or workload.started or held.answer == NO:
            return held
        if workload.started is None and not self.complete:
            return doubt(held, f"whether anything starts {workload.arn}")
        return NOT_HELD

    def _unlisted(self, actor: Actor, method: Method, rest: Held) -> Iterator[Gain]:
        """A method on a type that no source listed: whoever may stand behind it, conditionally."""
        held = rest.and_(actor.on_new([need.action for need in method.on("workload")], method.workload))
        if held.answer == NO:
            return
        held = doubt(held, f"whether a {method.workload} runs as it")
        service = service_of_workload()[method.workload]
        for roles, trust in self.trusts.trusting(actor.account, service, service == "ec2.amazonaws.com"):
            yield Gain(method.id, held.and_(trust), roles, scope=service)

    # --- one's own permissions

    def _own(self, actor: Actor, method: Method) -> Iterator[Gain]:
        for held, changed in self._changes(actor, method):
            if held.answer == NO:
                continue
            if standing(changed, actor.account).answer == YES:
                yield Gain(method.id, held, admin=True)
                return
            # Short of administration, what the new permissions lead to is gained all the same.
            before = {(gain.method, gain.to) for gain in self._of(actor, deep=False)}
            for gain in self._of(Actor(changed, actor.account), deep=False):
                if (gain.method, gain.to) not in before:
                    yield replace(gain, method=method.id, held=held.and_(gain.held), scope=method.id)

    def _changes(self, actor: Actor, method: Method) -> Iterator[tuple[Held, Principal]]:
        """What the principal could turn itself into by `method`."""
        principal, account, need = actor.principal, actor.account, method.needs[0]
        if method.way == "free":
            yield from _freed(actor, method)
        elif method.way == "join":
            if principal.kind == "user":
                yield from _joined(actor, need)
        elif method.target == "own policy version":
            for attached in _editable(principal.identity, account.id):
                rest = tuple(a for a in principal.identity if a is not attached)
                for version in account.versions.get(attached.arn, ()):
                    other = replace(attached, document=version)
                    yield actor.may(need.action, attached.arn), replace(principal, identity=(*rest, other))
        else:
            held = _granted(actor, method, need)
            if held.answer:
                widened = replace(principal, identity=(*principal.identity, EVERYTHING))
                yield held, _freest(widened, account)

    # --- new principals, providers, data

    def _create(self, actor: Actor, method: Method) -> Iterator[Gain]:
        facts = {**_POLICY, "iam:permissionsboundary": None}
        new: dict[str, list[str]] = {}
        whole = FREELY
        for need in method.needs:
            if need.on.startswith("new "):
                new.setdefault(need.on[4:], []).append(need.action)
            else:
                whole = whole.and_(
                    _best(actor.may(need.action, arn) for arn in self._admin_groups(actor.account))
                )
        for type_, actions in new.items():
            if whole.answer:
                whole = whole.and_(actor.on_new(actions, type_, facts))
        if whole.answer:
            yield Gain(method.id, whole, admin=True)

    def _admin_groups(self, account: Account) -> list[str]:
        """The groups of `account` whose members may do everything."""
        if account.id not in self._admins:
            self._admins[account.id] = [
                group.arn for group in account.groups if _makes_admin(group.policies, account)
            ]
        return self._admins[account.id]

    def _provider(self, actor: Actor, method: Method) -> Iterator[Gain]:
        for roles, provider in self.trusts.through_saml(actor.account):
            held = actor.may(method.needs[0].action, provider)
            if held.answer:
                yield Gain(method.id, held, roles, scope=provider)

    def _data(self, actor: Actor, method: Method) -> Iterator[Gain]:
        held = self._without_target(actor, method)
        if held.answer:
            yield Gain(method.id, held, kind=method.kind, classes=method.classes)

    def _outside(self, actor: Actor, method: Method) -> Iterator[Gain]:
        held = self._without_target(actor, method)
        if held.answer:
            where = "whether Identity Center is run from this account, and what it hands out"
            yield Gain(method.id, doubt(held, where), admin=True)


@lru_cache(maxsize=4096)
def _able(bits: int) -> tuple[Method, ...]:
    """The methods whose actions are all allowed somewhere. Assuming a role may need no permission at all."""
    return tuple(method for method in methods() if not method.mask & ~bits & ~_ASSUME)


def doubt(held: Held, reason: str) -> Held:
    """`held`, made conditional for `reason`."""
    return held.and_(Held(MAYBE, (), (reason,))) if held.answer else held


def _grouped(answers: Iterable[tuple[Principal, Held]]) -> list[tuple[Targets, Held]]:
    """Targets with one answer together; those with none left out."""
    groups: dict[Held, list[Principal]] = {}
    for target, held in answers:
        if held.answer:
            groups.setdefault(held, []).append(target)
    return [(tuple(targets), held) for held, targets in groups.items()]


def _passable(actor: Actor, method: Method, roles: Targets) -> list[tuple[Targets, Held]]:
    """The roles that `actor` may pass for `method`: all of them where the service asks for no permission."""
    if not method.on("target"):
        return [(roles, FREELY)]
    found: list[tuple[Targets, Held]] = []
    for service in method.trusts:
        facts: Facts = {"iam:passedtoservice": (service,)}
        more = actor.on_each("iam:PassRole", roles, facts)
        found.extend(one for one in more if one not in found)
    return found


def _granted(actor: Actor, method: Method, need: Need) -> Held:
    """Whether `actor` may write permissions that itself holds."""
    principal = actor.principal
    if method.target in ("own user", "own role"):
        if method.target != f"own {principal.kind}" or principal.managed_by_aws:
            return NOT_HELD
        return actor.may(need.action, principal.arn, _about(principal))
    if method.target == "own group":
        return _best(actor.may(need.action, group, _POLICY) for group in principal.groups)
    return _best(actor.may(need.action, a.arn) for a in _editable(principal.identity, actor.account.id))


def _makes_admin(policies: Level, account: Account) -> bool:
    stand_in = Principal(f"arn:aws:iam::{account.id}:user/new", account.id, "user", policies)
    return standing(stand_in, account).answer == YES


def _about(target: Principal) -> Facts:
    """The condition keys of IAM requests that the target settles, and the policy that one would attach."""
    boundary = (target.boundary[0].arn,) if target.boundary and target.boundary[0].arn else None
    facts: dict[str, Values | None] = {**_POLICY, "iam:permissionsboundary": boundary}
    for tag, value in (target.tags or {}).items():
        facts[f"aws:resourcetag/{tag.lower()}"] = (value,)
        facts[f"iam:resourcetag/{tag.lower()}"] = (value,)
    return facts


def _best(options: Iterable[Held]) -> Held:
    best = NOT_HELD
    for option in options:
        if option.answer > best.answer:
            best = option
        if best.answer == YES:
            break
    return best


def _every(parts: Iterable[Held]) -> Held:
    whole = FREELY
    for part in parts:
        whole = whole.and_(part)
        if whole.answer == NO:
            return NOT_HELD
    return whole


def _editable(policies: Level, account: str) -> Iterator[Attached]:
    """The managed policies of the account itself: those of the provider cannot be written."""
    for attached in policies:
        if f":iam::{account}:policy/" in attached.arn:
            yield attached


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


def _joined(actor: Actor, need: Need) -> Iterator[tuple[Held, Principal]]:
    """The user in every group that it surely may join, and in every one that it perhaps may."""
    principal = actor.principal
    for wanted in (YES, MAYBE):
        whole = FREELY
        identity, groups = list(principal.identity), list(principal.groups)
        for group in actor.account.groups:
            if group.arn in principal.groups or not group.policies:
                continue
            held = actor.freely(need.action) or actor.may(need.action, group.arn)
            if held.answer == wanted:
                whole = whole.and_(held)
                identity.extend(group.policies)
                groups.append(group.arn)
        if len(groups) > len(principal.groups):
            unique = {(a.name, a.arn, a.document.digest): a for a in identity}
            yield whole, replace(principal, identity=tuple(unique.values()), groups=tuple(groups))


def _freed(actor: Actor, method: Method) -> Iterator[tuple[Held, Principal]]:
    """The principal after it lifted all it may, where `method` is the first step of that."""
    first = lightened(actor.principal, actor.account)
    if first is not None and method.needs[0].action == first.action:
        yield actor.may(first.action, first.resource), _freest(first.principal, actor.account)


def _freest(principal: Principal, account: Account) -> Principal:
    """`principal` after it lifted every limit that it may lift."""
    changed = principal
    for _ in range(len(principal.identity) + 1):
        lighter = lightened(changed, account)
        if lighter is None:
            break
        changed = lighter.principal
    return changed


_Way = Callable[[Escalation, Actor, Method], Iterator[Gain]]
_TO_ADMIN: Mapping[str, _Way] = {
    "strengthen": Escalation._strengthen,
    "create": Escalation._create,
    "outside": Escalation._outside,
}
_TO_OTHERS: Mapping[str, _Way] = {
    "take": Escalation._take,
    "provider": Escalation._provider,
    "pass": Escalation._pass,
    "workload": Escalation._workload,
    "data": Escalation._data,
}
