"""Changing one's own permissions: what a principal could turn itself into."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from posture.access.aws.account import Account, Principal
from posture.access.aws.actor import Actor
from posture.access.aws.admin import EVERYTHING, lightened
from posture.access.aws.conditions import MAYBE, YES
from posture.access.aws.gains import about, best_of, editable
from posture.access.aws.held import NOT_HELD, Held, every
from posture.access.aws.methods import Method, Need
from posture.access.aws.tagging import with_tags, worth_writing, written


def changes(actor: Actor, method: Method) -> Iterator[tuple[Held, Principal]]:
    """What the principal could turn itself into by `method`."""
    principal, account, need = actor.principal, actor.account, method.needs[0]
    if method.way == "free":
        yield from _freed(actor, method)
    elif method.way == "join":
        if principal.kind == "user":
            yield from _joined(actor, need)
    elif method.target == "own tags":
        if method.needs[0].action.endswith(principal.kind.capitalize()) and principal.tags is not None:
            yield from _tagged(actor)
    elif method.target == "own policy version":
        for attached in editable(principal.identity, account.id):
            rest = tuple(a for a in principal.identity if a is not attached)
            for version in account.versions.get(attached.arn, ()):
                other = replace(attached, document=version)
                yield actor.may(need.action, attached.arn), replace(principal, identity=(*rest, other))
    else:
        held = _granted(actor, method, need)
        if held.answer:
            widened = replace(principal, identity=(*principal.identity, EVERYTHING))
            yield held, _freest(widened, account)


def _tagged(actor: Actor) -> Iterator[tuple[Held, Principal]]:
    """The principal under every choice of tags that its own policies and the limits on it look at."""
    principal, scps = actor.principal, actor.account.scps or ()
    for tags in worth_writing(actor, (principal.identity, principal.boundary or (), *scps)):
        yield written(actor, principal, tags), with_tags(principal, tags)


def _granted(actor: Actor, method: Method, need: Need) -> Held:
    """Whether `actor` may write permissions that itself holds."""
    principal = actor.principal
    if method.target in ("own user", "own role"):
        if method.target != f"own {principal.kind}" or principal.managed_by_aws:
            return NOT_HELD
        return actor.may(need.action, principal.arn, about(principal, need.action))
    if method.target == "own new group":
        actions = [each.action for each in method.needs]
        return actor.on_new(actions, "iam:group") if principal.kind == "user" else NOT_HELD
    if method.target == "own group":
        return best_of(actor.may(need.action, group) for group in principal.groups)
    return best_of(actor.may(need.action, a.arn) for a in editable(principal.identity, actor.account.id))


def _joined(actor: Actor, need: Need) -> Iterator[tuple[Held, Principal]]:
    """The user in every group that it surely may join, and in every one that it perhaps may."""
    principal = actor.principal
    others = [one for one in actor.account.groups if one.policies and one.arn not in principal.groups]
    alike = actor.alike(need.action, others[0].arn) if others else None
    answers = [(group, alike or actor.may(need.action, group.arn)) for group in others]
    for wanted in (YES, MAYBE):
        joined = [(group, held) for group, held in answers if held.answer == wanted]
        if joined:
            identity = (*principal.identity, *(policy for group, _ in joined for policy in group.policies))
            unique = {(a.name, a.arn, a.document.digest): a for a in identity}
            groups = (*principal.groups, *(group.arn for group, _ in joined))
            whole = every(dict.fromkeys(held for _, held in joined))
            yield whole, replace(principal, identity=tuple(unique.values()), groups=groups)


def _freed(actor: Actor, method: Method) -> Iterator[tuple[Held, Principal]]:
    """The principal after it lifted all it may, where `method` is the first step of that."""
    first = lightened(actor.principal, actor.account)
    if first is not None and method.needs[0].action == first.action:
        yield actor.may(first.action, first.resource, first.facts), _freest(first.principal, actor.account)


def _freest(principal: Principal, account: Account) -> Principal:
    """`principal` after it lifted every limit that it may lift."""
    changed = principal
    for _ in range(len(principal.identity) + 1):
        lighter = lightened(changed, account)
        if lighter is None:
            break
        changed = lighter.principal
    return changed
