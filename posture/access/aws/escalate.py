"""Which escalation methods a principal can carry out, on whom, and what it gains: methods against resolved access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from posture.access.aws.account import Account, Landscape, Principal, Workload
from posture.access.aws.actions import bit
from posture.access.aws.actor import FREELY, NOT_HELD, Actor, Held
from posture.access.aws.admin import EVERYTHING, lightened, standing, with_any_policy
from posture.access.aws.conditions import MAYBE, NO, YES
from posture.access.aws.context import Values
from posture.access.aws.decision import Attached, Level
from posture.access.aws.methods import Method, Need, methods, service_of_workload
from posture.access.aws.trust import Trusts

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


@dataclass(frozen=True, slots=True)
class Gain:
    """What one method gives: a principal to act as, administration of the account, or a class on a kind of system."""

    method: str
    held: Held
    to: Principal | None = None
    admin: bool = False
    kind: str = ""
    classes: str = ""
    scope: str = ""
    """What the targets of one statement have in common, such as the service that they trust."""

    @property
    def certain(self) -> bool:
        return self.held.answer == YES


def doubt(answer: Held, reason: str) -> Held:
    """`answer`, made conditional for `reason`."""
    return answer.and_(Held(MAYBE, (), (reason,)))


class Escalation:
    """The methods, asked for one principal after the other over one landscape.

    `complete`: whether what the input does not list of workloads and resources does not exist. Without it, a method
    that needs something of a type that no source listed leads conditionally to the roles that may stand behind it.
    """

    def __init__(self, landscape: Landscape, complete: bool = False) -> None:
        self.landscape = landscape
        self.complete = complete
        self.trusts = Trusts(landscape)
        self._after_any_policy: dict[Principal, int] = {}

    def gains(self, principal: Principal) -> Iterator[Gain]:
        """What `principal` can gain in one step."""
        account = self.landscape.accounts[principal.account]
        actor = Actor(principal, account)
        yield from self._of(actor, deep=True)

    def _of(self, actor: Actor, deep: bool) -> Iterator[Gain]:
        yield from self._assumed(actor)
        for method in methods():
            if method.id == "sts-001" or method.mask & ~actor.bits & ~bit("sts:AssumeRole"):
                continue
            if method.way in ("grant", "join", "free"):
                if deep:
                    yield from self._own(actor, method)
            else:
                yield from _WAYS[method.way](self, actor, method)

    # --- becoming somebody else ----------------------------------------------------------------------------------

    def _assumed(self, actor: Actor) -> Iterator[Gain]:
        for role, answer in self.trusts.assumable(actor):
            yield Gain("sts-001", answer, to=role, scope="trust")

    def _take(self, actor: Actor, method: Method) -> Iterator[Gain]:
        for target in self._others(actor, method):
            answer = self._on_target(actor, method, target)
            if answer.answer:
                yield Gain(method.id, answer, to=target)

    def _others(self, actor: Actor, method: Method) -> Iterator[Principal]:
        for target in actor.account.principals:
            if target is actor.principal or target.kind != method.target or target.arn == actor.principal.arn:
                continue
            if method.editable and target.managed_by_aws:
                continue
            yield target

    def _on_target(self, actor: Actor, method: Method, target: Principal) -> Held:
        """The needs of `method` on another user or role, with what the target itself has to be like."""
        answer = FREELY
        facts = _about(target)
        for need in method.needs:
            if need.on == "target":
                if need.action == "sts:AssumeRole":
                    one = self.trusts.may_assume(actor, target)
                else:
                    one = actor.freely(need.action) or actor.may(need.action, target.arn, facts)
            elif need.on == "policy":
                one = _best(actor.may(need.action, a.arn) for a in _editable(target.identity, target.account))
            else:
                one = NOT_HELD
            answer = answer.and_(one)
            if answer.answer == NO:
                return NOT_HELD
        return _fitting(method, target, answer)

    def _strengthen(self, actor: Actor, method: Method) -> Iterator[Gain]:
        for target in self._others(actor, method):
            if target.managed_by_aws:
                continue
            answer = self._on_target(actor, method, target)
            if answer.answer and self._unbounded(target, actor.account):
                yield Gain(method.id, answer, to=target, admin=True)

    def _unbounded(self, principal: Principal, account: Account) -> bool:
        """Whether writing any policy for `principal` would make it an administrator."""
        if principal not in self._after_any_policy:
            self._after_any_policy[principal] = with_any_policy(principal, account).answer
        return self._after_any_policy[principal] == YES

    # --- passing a role, taking over what runs -------------------------------------------------------------------

    def _pass(self, actor: Actor, method: Method) -> Iterator[Gain]:
        rest = self._without_target(actor, method)
        if rest.answer == NO:
            return
        if not method.certain:
            rest = doubt(rest, "whether what the service does as the role can be turned to other ends")
        seen: set[str] = set()
        for service in method.trusts:
            trusting = self.trusts.trusting(actor.account, service)
            roles = [role for role, _ in trusting if role.arn not in seen]
            trust = {role.arn: answer for role, answer in trusting}
            for role, passed in actor.on_each("iam:PassRole", roles, {"iam:passedtoservice": (service,)}):
                if role.arn == actor.principal.arn or role.managed_by_aws:
                    continue
                answer = rest.and_(passed).and_(trust[role.arn])
                if method.instance_profile:
                    answer = _with_profile(role, answer)
                if answer.answer:
                    seen.add(role.arn)
                    yield Gain(method.id, answer, to=role, scope=service)

    def _without_target(self, actor: Actor, method: Method) -> Held:
        """The needs of `method` other than those on the role or workload in question, and what has to exist."""
        answer = FREELY
        new: dict[str, list[str]] = {}
        for need in method.needs:
            if need.on.startswith("new "):
                new.setdefault(need.on[4:], []).append(need.action)
            elif need.on == "*":
                answer = answer.and_(actor.freely(need.action) or actor.may(need.action, "*"))
            if answer.answer == NO:
                return NOT_HELD
        for type_, actions in new.items():
            answer = answer.and_(actor.on_new(actions, type_))
            if answer.answer == NO:
                return NOT_HELD
        return self._existing(actor, method, answer)

    def _existing(self, actor: Actor, method: Method, answer: Held) -> Held:
        asked: dict[str, list[str]] = {need.on[9:]: [] for need in method.needs if need.on.startswith("existing ")}
        for need in method.needs:
            if need.on.startswith("existing "):
                asked[need.on[9:]].append(need.action)
        for type_ in dict.fromkeys((*method.exists, *asked)):
            known = self._arns(actor.account, type_)
            actions = asked.get(type_, [])
            if known is None:
                on_it = actor.on_new(actions, type_) if actions else FREELY
                answer = doubt(answer.and_(on_it), f"whether there is a {type_}")
            elif actions:
                answer = answer.and_(
                    _best(_every(actor.may(action, arn) for action in actions) for arn in known)
                )
            elif not known:
                return NOT_HELD
            if answer.answer == NO:
                return NOT_HELD
        return answer

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
        if known is None and self.complete:
            return
        if known is None:
            yield from self._unlisted(actor, method, rest)
            return
        for workload in known:
            role = self.landscape.principals.get(workload.role)
            if role is None or role.arn == actor.principal.arn:
                continue
            answer = rest.and_(_every(actor.may(n.action, workload.arn) for n in method.on("workload")))
            answer = self._runs(method, workload, answer)
            if answer.answer and method.needs_pass:
                service = service_of_workload()[method.workload]
                passed = actor.may("iam:PassRole", role.arn, {"iam:passedtoservice": (service,)})
                answer = answer.and_(passed)
            if answer.answer:
                yield Gain(method.id, answer, to=role, scope=workload.arn)

    def _runs(self, method: Method, workload: Workload, answer: Held) -> Held:
        if not method.started or workload.started or answer.answer == NO:
            return answer
        if workload.started is None and not self.complete:
            return doubt(answer, f"whether anything starts {workload.arn}")
        return NOT_HELD

    def _unlisted(self, actor: Actor, method: Method, rest: Held) -> Iterator[Gain]:
        """A method on a type that no source listed: whoever may stand behind it, conditionally."""
        actions = [need.action for need in method.on("workload")]
        answer = rest.and_(actor.on_new(actions, method.workload))
        if answer.answer == NO:
            return
        answer = doubt(answer, f"whether a {method.workload} runs as it")
        service = service_of_workload()[method.workload]
        for role, trusted in self.trusts.trusting(actor.account, service):
            if role.arn != actor.principal.arn and not role.managed_by_aws:
                whole = _with_profile(role, answer) if service == "ec2.amazonaws.com" else answer
                if whole.answer:
                    yield Gain(method.id, whole.and_(trusted), to=role, scope=f"{method.workload} {service}")

    # --- one's own permissions -----------------------------------------------------------------------------------

    def _own(self, actor: Actor, method: Method) -> Iterator[Gain]:
        for answer, changed in self._changes(actor, method):
            if answer.answer == NO:
                continue
            now = standing(changed, actor.account)
            if now.answer == YES:
                yield Gain(method.id, answer, admin=True)
                return
            # Short of administration, what the new permissions lead to is gained all the same.
            after = Actor(changed, actor.account)
            for gain in self._of(after, deep=False):
                if gain.to is not None and gain.to.arn != actor.principal.arn:
                    yield replace(gain, method=method.id, held=answer.and_(gain.held), scope=method.id)
                elif gain.admin:
                    yield replace(gain, method=method.id, held=answer.and_(gain.held))

    def _changes(self, actor: Actor, method: Method) -> Iterator[tuple[Held, Principal]]:
        """What `principal` could turn itself into by `method`."""
        principal, account = actor.principal, actor.account
        need = method.needs[0]
        if method.way == "free":
            yield from _freed(actor, method)
        elif method.way == "join":
            if principal.kind == "user":
                yield from _joined(actor, need)
        elif method.target == "own policy version":
            for attached in _editable(principal.identity, account.id):
                for version in account.versions.get(attached.arn, ()):
                    rest = tuple(a for a in principal.identity if a is not attached)
                    other = replace(attached, document=version)
                    yield actor.may(need.action, attached.arn), replace(principal, identity=(*rest, other))
        else:
            answer = self._granted(actor, method, need)
            if answer.answer:
                yield (
                    answer,
                    _strongest(replace(principal, identity=(*principal.identity, EVERYTHING)), account),
                )

    def _granted(self, actor: Actor, method: Method, need: Need) -> Held:
        principal = actor.principal
        if method.target in ("own user", "own role"):
            if method.target != f"own {principal.kind}" or principal.managed_by_aws:
                return NOT_HELD
            return actor.may(need.action, principal.arn, _about(principal))
        if method.target == "own group":
            return _best(actor.may(need.action, group, _POLICY) for group in principal.groups)
        return _best(actor.may(need.action, a.arn) for a in _editable(principal.identity, actor.account.id))

    # --- new principals, providers, data -------------------------------------------------------------------------

    def _create(self, actor: Actor, method: Method) -> Iterator[Gain]:
        facts = {**_POLICY, "iam:permissionsboundary": None}
        new: dict[str, list[str]] = {}
        answer = FREELY
        for need in method.needs:
            if need.on.startswith("new "):
                new.setdefault(need.on[4:], []).append(need.action)
            else:
                groups = [g for g in actor.account.groups if self._full(g.policies, actor.account)]
                answer = answer.and_(_best(actor.may(need.action, g.arn) for g in groups))
        for type_, actions in new.items():
            if answer.answer:
                answer = answer.and_(actor.on_new(actions, type_, facts))
        if answer.answer:
            yield Gain(method.id, answer, admin=True)

    def _full(self, policies: Level, account: Account) -> bool:
        stand_in = Principal(f"arn:aws:iam::{account.id}:user/new", account.id, "user", policies)
        return standing(stand_in, account).answer == YES

    def _provider(self, actor: Actor, method: Method) -> Iterator[Gain]:
        for role, provider, trusted in self.trusts.through_saml(actor.account):
            answer = actor.may(method.needs[0].action, provider)
            if answer.answer and role.arn != actor.principal.arn:
                yield Gain(method.id, answer.and_(trusted), to=role, scope=provider)

    def _data(self, actor: Actor, method: Method) -> Iterator[Gain]:
        answer = self._without_target(actor, method)
        if answer.answer:
            yield Gain(method.id, answer, kind=method.kind, classes=method.classes)

    def _outside(self, actor: Actor, method: Method) -> Iterator[Gain]:
        answer = self._without_target(actor, method)
        if answer.answer:
            where = "whether Identity Center is run from this account, and what it hands out"
            yield Gain(method.id, doubt(answer, where), admin=True)


_POLICY: Mapping[str, Values | None] = {"iam:policyarn": (ADMINISTRATOR,)}


def _about(target: Principal) -> dict[str, Values | None]:
    """The condition keys of IAM requests that the target itself settles, and the policy that one would attach."""
    boundary = (target.boundary[0].arn,) if target.boundary and target.boundary[0].arn else None
    facts: dict[str, Values | None] = {**_POLICY, "iam:permissionsboundary": boundary}
    if target.tags is not None:
        for tag, value in target.tags.items():
            facts[f"aws:resourcetag/{tag.lower()}"] = (value,)
            facts[f"iam:resourcetag/{tag.lower()}"] = (value,)
    return facts


def _best(options: Iterator[Held]) -> Held:
    best = NOT_HELD
    for option in options:
        if option.answer > best.answer:
            best = option
        if best.answer == YES:
            break
    return best


def _every(parts: Iterator[Held]) -> Held:
    whole = FREELY
    for part in parts:
        whole = whole.and_(part)
        if whole.answer == NO:
            return NOT_HELD
    return whole


def _editable(policies: Level, account: str) -> Iterator[Attached]:
    """The managed policies of the account itself among `policies`: those of the provider cannot be written."""
    for attached in policies:
        if f":iam::{account}:policy/" in attached.arn:
            yield attached


def _fitting(method: Method, target: Principal, answer: Held) -> Held:
    """`answer` after the state that the target user has to be in."""
    if method.password is not None and target.password is not method.password:
        if target.password is not None:
            return NOT_HELD
        answer = doubt(answer, f"whether {target.arn} has a password")
    if method.free_key:
        if target.keys is None:
            answer = doubt(answer, f"whether {target.arn} has room for another access key")
        elif target.keys >= 2:
            return NOT_HELD
    return answer


def _with_profile(role: Principal, answer: Held) -> Held:
    if role.instance_profile is None:
        return doubt(answer, f"whether an instance profile carries {role.arn}")
    return answer if role.instance_profile else NOT_HELD


def _joined(actor: Actor, need: Need) -> Iterator[tuple[Held, Principal]]:
    principal = actor.principal
    for group in actor.account.groups:
        if group.arn in principal.groups or not group.policies:
            continue
        answer = actor.may(need.action, group.arn)
        if answer.answer:
            identity = (*principal.identity, *group.policies)
            yield answer, replace(principal, identity=identity, groups=(*principal.groups, group.arn))


def _freed(actor: Actor, method: Method) -> Iterator[tuple[Held, Principal]]:
    """The principal after it lifted all it may, where `method` is the first step of that."""
    first = lightened(actor.principal, actor.account)
    if first is None or method.needs[0].action != first.action:
        return
    changed = _strongest(first.principal, actor.account)
    yield actor.may(first.action, first.resource), changed


def _strongest(principal: Principal, account: Account) -> Principal:
    """`principal` after it lifted every limit that it may lift."""
    changed = principal
    for _ in range(len(principal.identity) + 1):
        lighter = lightened(changed, account)
        if lighter is None:
            break
        changed = lighter.principal
    return changed


_WAYS = {
    "take": Escalation._take,
    "strengthen": Escalation._strengthen,
    "create": Escalation._create,
    "provider": Escalation._provider,
    "pass": Escalation._pass,
    "workload": Escalation._workload,
    "data": Escalation._data,
    "outside": Escalation._outside,
}
