"""Becoming another principal after lifting what limits it: its boundary, or a policy that denies."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from posture.access.aws.account import Account, Principal
from posture.access.aws.actions import bit
from posture.access.aws.actor import Actor, Targets
from posture.access.aws.admin import standing, with_any_policy, writes_itself
from posture.access.aws.conditions import YES
from posture.access.aws.decision import Attached
from posture.access.aws.gains import Gain, about, grouped
from posture.access.aws.held import NOT_HELD, Held
from posture.access.aws.methods import Method, Need
from posture.access.aws.taking import Taking

_INSIDE = "PermissionsBoundary"
_Groups = list[tuple[Targets, Held]]


class Unbinding:
    """The methods that first take a limit from a user or a role and then act as it."""

    def __init__(self, taking: Taking) -> None:
        self._taking = taking
        self._worth: dict[tuple[str, str], tuple[_Groups, _Groups]] = {}

    def unbind(self, actor: Actor, method: Method) -> Iterator[Gain]:
        """One principal that is an administrator but for a limit that `actor` may lift."""
        best: Gain | None = None
        for targets, entered in self._entered(actor, method, worth=True):
            if best is None or entered.answer > best.held.answer:
                best = Gain(method.id, entered, targets[:1], admin=True)
        if best is not None:
            yield best

    def freed(self, actor: Actor, method: Method) -> Iterator[tuple[Principal, Held, Principal]]:
        """Those that are no administrators without their limit either, with what they are without it."""
        for targets, entered in self._entered(actor, method, worth=False):
            for target in targets:
                freed = _without(target, method.needs[0], actor.account)
                if freed is not None:
                    yield target, entered, freed

    def _entered(self, actor: Actor, method: Method, worth: bool) -> Iterator[tuple[Targets, Held]]:
        lift, *enter = method.needs
        if not actor.bits & bit(lift.action):
            return
        # Whom it may become is asked first: by then few are left whose limits are in question.
        limited = self._limited(actor.account, method, lift)[0 if worth else 1]
        for targets, held in self._taking.on_targets(actor, enter, limited):
            yield from grouped(
                (target, held.and_(_lifts(actor, lift, target)))
                for target in targets
                if target.arn != actor.principal.arn
            )

    def _limited(self, account: Account, method: Method, lift: Need) -> tuple[_Groups, _Groups]:
        """Whom it makes administrators to free, and whom it gives more short of that: the same for every
        actor, since at ten thousand principals each asking anew took two minutes."""
        key = (account.id, method.id)
        if key not in self._worth:
            some: tuple[_Groups, _Groups] = ([], [])
            for targets, held in self._taking.fitting(account, method):
                freed = [t for t in targets if _without(t, lift, account) and not _administers(t, account)]
                worth = tuple(t for t in freed if self._worth_it(t, lift, account))
                arns = {t.arn for t in worth}
                rest = tuple(t for t in freed if t.arn not in arns)
                for groups, found in zip(some, (worth, rest), strict=True):
                    if found:
                        groups.append((found, held))
            self._worth[key] = some
        return self._worth[key]

    def _worth_it(self, target: Principal, lift: Need, account: Account) -> bool:
        """Whether `target` administers the account without the limit."""
        freed = _without(target, lift, account)
        return freed is not None and _administers(freed, account)


def _without(target: Principal, lift: Need, account: Account) -> Principal | None:
    """`target` without what the request of `lift` takes from it; None where it has nothing of the kind."""
    if lift.on == "boundary" or _INSIDE in lift.action:
        edge = target.boundary[0].arn if target.boundary else ""
        if not target.boundary or (lift.on == "boundary" and f":iam::{account.id}:policy/" not in edge):
            return None
        return replace(target, boundary=None)
    attached = lift.action.startswith("iam:Detach")
    rest = tuple(one for one in target.identity if not _removable(one, attached))
    return replace(target, identity=rest) if len(rest) < len(target.identity) else None


def _removable(policy: Attached, attached: bool) -> bool:
    """Whether a policy denies and is the target's own: attached to it, or written into it."""
    if policy.group or bool(policy.arn) is not attached:
        return False
    return any(statement.denies for statement in policy.document.statements)


def _lifts(actor: Actor, lift: Need, target: Principal) -> Held:
    """Whether `actor` may send the request of `lift` about `target`, for every policy in question."""
    free = actor.freely(lift.action)
    if free is not None:
        return free
    if lift.on == "boundary":
        return actor.may(lift.action, target.boundary[0].arn) if target.boundary else NOT_HELD
    facts = about(target, lift.action)
    if not lift.action.startswith("iam:Detach"):
        return actor.may(lift.action, target.arn, facts)
    whole: Held | None = None
    for policy in target.identity:
        if _removable(policy, attached=True):
            one = actor.may(lift.action, target.arn, {**facts, "iam:policyarn": (policy.arn,)})
            whole = one if whole is None else whole.and_(one)
    return whole or NOT_HELD


def _administers(principal: Principal, account: Account) -> bool:
    if standing(principal, account).answer == YES:
        return True
    return writes_itself(principal, account) and with_any_policy(principal, account).answer == YES
