"""Having a service act as a role: by passing the role to something new, or by taking over what runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from posture.access.aws.account import Account, Landscape, Principal, Workload
from posture.access.aws.actor import Actor, Facts, Targets
from posture.access.aws.conditions import NO
from posture.access.aws.gains import Gain, best_of, doubt, tagged
from posture.access.aws.held import FREELY, NOT_HELD, Held, every
from posture.access.aws.methods import Method, service_of_workload
from posture.access.aws.shapes import NAME, REGION, beside, fitted
from posture.access.aws.trust import Trusts


class Passing:
    """The methods that reach a role or data through a service."""

    def __init__(self, landscape: Landscape, trusts: Trusts, complete: bool) -> None:
        self.landscape = landscape
        self.trusts = trusts
        self.complete = complete

    def pass_role(self, actor: Actor, method: Method) -> Iterator[Gain]:
        """The roles that `actor` can have a new thing run as."""
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
        for types, actions in new.items():
            whole = whole.and_(best_of(actor.on_new(actions, type_) for type_ in types.split(" or ")))
            if whole.answer == NO:
                return NOT_HELD
        if not method.certain:
            whole = doubt(whole, method.doubt)
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
                    best_of(every(actor.may(action, arn) for action in actions) for arn in known)
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
        type_ = type_.lower()
        if type_ in account.partial and not self.complete:
            return None
        if type_ in account.resources:
            return account.resources[type_]
        if type_ in account.workloads:
            return [workload.arn for workload in account.workloads[type_]]
        return () if self.complete else None

    def workload(self, actor: Actor, method: Method) -> Iterator[Gain]:
        """The roles of running things that `actor` can take over."""
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
            held = rest.and_(
                best_of(
                    every(_on(actor, n.action, workload, arn) for n in method.on("workload"))
                    for arn in _arns_of(method, workload)
                )
            )
            for action, type_ in _beside(method):
                held = held.and_(actor.may(action, beside(workload.arn, method.workload, type_) or "*"))
            if method.starts and workload.paused:
                held = held.and_(_on(actor, method.starts, workload, workload.arn))
            held = self._runs(method, workload, held)
            if held.answer and method.needs_pass:
                held = held.and_(self._passed_again(actor, method, role))
            if held.answer:
                yield Gain(method.id, held, (role,), scope=workload.arn)

    def _passed_again(self, actor: Actor, method: Method, role: Principal) -> Held:
        """Whether `actor` may pass the workload's own role, and the service may still run as it."""
        service = service_of_workload()[method.workload]
        trust = best_of(held for roles, held in self.trusts.trusting(actor.account, service) if role in roles)
        return trust.and_(actor.may("iam:PassRole", role.arn, {"iam:passedtoservice": (service,)}))

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
        for action, type_ in _beside(method):
            held = held.and_(actor.on_new([action], type_))
        if held.answer == NO:
            return
        held = doubt(held, f"whether a {method.workload} runs as it")
        service = service_of_workload()[method.workload]
        for roles, trust in self.trusts.trusting(actor.account, service, service == "ec2.amazonaws.com"):
            yield Gain(method.id, held.and_(trust), roles, scope=service)

    def provider(self, actor: Actor, method: Method) -> Iterator[Gain]:
        """The roles that an identity provider hands out, for whoever may write the provider."""
        for roles, provider in self.trusts.through_saml(actor.account):
            held = actor.may(method.needs[0].action, provider)
            if held.answer:
                yield Gain(method.id, held, roles, scope=provider)

    def data(self, actor: Actor, method: Method) -> Iterator[Gain]:
        """A class of access to a kind of system, through a service that holds it."""
        held = self._without_target(actor, method)
        if held.answer:
            yield Gain(method.id, held, kind=method.kind, classes=method.classes)

    def outside(self, actor: Actor, method: Method) -> Iterator[Gain]:
        """Administration through what may be run from this account and is not in the input."""
        if self.complete:
            return
        held = self._without_target(actor, method)
        if held.answer:
            where = "whether Identity Center is run from this account, and what it hands out"
            yield Gain(method.id, doubt(held, where), admin=True)


def _on(actor: Actor, action: str, workload: Workload, arn: str) -> Held:
    """Whether `actor` may do `action` on a workload, whose tags and own policy may decide."""
    facts = tagged(workload.tags, action.partition(":")[0])
    return actor.may(action, arn, facts, workload.policy or None)


def _beside(method: Method) -> Iterator[tuple[str, str]]:
    """The needs on what the ARN of the workload names, each with the type of that."""
    for need in method.needs:
        type_, of, _ = need.on.partition(" of workload")
        if of:
            yield need.action, type_


def _arns_of(method: Method, workload: Workload) -> tuple[str, ...]:
    """How a request may name a workload: a job definition with its revision or, for the newest, without."""
    if method.workload != "batch:job-definition":
        return (workload.arn,)
    head, _, revision = workload.arn.rpartition(":")
    return (workload.arn, head) if revision.isdigit() else (workload.arn,)


def _passable(actor: Actor, method: Method, roles: Targets) -> list[tuple[Targets, Held]]:
    """The roles that `actor` may pass for `method`: all of them where the service asks for no permission."""
    if not method.on("target"):
        return [(roles, FREELY)]
    found: list[tuple[Targets, Held]] = []
    for service, place in product(method.passed_to or method.trusts, _places(actor, method)):
        facts: Facts = {"iam:passedtoservice": (service,), **place}
        more = actor.on_each("iam:PassRole", roles, facts)
        found.extend(one for one in more if one not in found)
    return found


_PLACE = "iam:associatedresourcearn"


def _places(actor: Actor, method: Method) -> list[Facts]:
    """What a passed role may be for, where a policy looks at that: something of a service of `method`.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html"""
    policies = actor.policies
    levels = (policies.identity, policies.boundary or (), *(policies.scps or ()))
    looks = [
        test
        for level in levels
        for one in level
        for statement in one.document.about("iam")
        for test in statement.tests
        if test.key == _PLACE
    ]
    if not looks:
        return [{}]
    services = {need.action.partition(":")[0] for need in method.needs} - {"iam"}
    plain = [f"arn:{actor.account.partition}:{one}:{REGION}:{actor.account.id}:{NAME}" for one in services]
    values = {value for test in looks for value in test.values}
    found = {
        made
        for value in values
        for one in plain
        if (made := fitted(value, one)).split(":")[2:3] == [one.split(":")[2]]
    }
    return [{_PLACE: (arn,)} for arn in sorted({*plain, *found})]
