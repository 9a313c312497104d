"""What a caller says of the session when it assumes a role, and which permissions saying it takes."""

from __future__ import annotations

from posture.access.aws.account import Account, Principal
from posture.access.aws.actor import Actor, Facts
from posture.access.aws.conditions import NO
from posture.access.aws.context import Values
from posture.access.aws.decision import Level
from posture.access.aws.gains import best_of, tags_of
from posture.access.aws.held import Held
from posture.access.aws.principals import Principals

ASSUME = "sts:AssumeRole"
_SAYING = {
    "sts:TagSession": ("aws:requesttag/", "aws:tagkeys", "sts:transitivetagkeys"),
    "sts:SetSourceIdentity": ("sts:sourceidentity",),
}
"""What takes a permission of its own, which the role's trust has to give too, and the keys that it fills.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html"""


def assumed(actor: Actor, role: Principal, owner: Account | None) -> Held:
    """Whether `actor` may assume `role`, under some session of its own and saying what it may say of it."""
    silent: dict[str, Values | None] = {}
    more: list[Held] = []
    for action, keys in _asked_for(actor, role, owner):
        may = _under_any(actor, action, role, tags_of(role), owner)
        if may.answer == NO:
            silent |= dict.fromkeys(keys)
        else:
            more.append(may)
    facts = {**tags_of(role), **silent}
    said = _under_any(actor, ASSUME, role, facts, owner)
    for may in more:
        said = said.and_(may)
    if not more or said.answer == NO:
        return said
    nothing: Facts = {**facts, **{key: None for keys in _SAYING.values() for key in keys}}
    return best_of((_under_any(actor, ASSUME, role, nothing, owner), said))


def _asked_for(actor: Actor, role: Principal, owner: Account | None) -> list[tuple[str, tuple[str, ...]]]:
    """What some policy that bears on assuming `role` looks at and takes a permission of its own to say."""
    levels: list[Level] = [role.trust or (), actor.principal.identity, actor.principal.boundary or ()]
    levels += [*(actor.account.scps or ()), *((owner or actor.account).rcps or ())]
    looked_at = frozenset(
        key for level in levels for attached in level for key in attached.document.keys_about("sts")
    )
    return [
        (action, keys) for action, keys in _SAYING.items() if any(key.startswith(keys) for key in looked_at)
    ]


def _under_any(actor: Actor, action: str, role: Principal, facts: Facts, owner: Account | None) -> Held:
    return best_of(
        actor.may(action, role.arn, facts, role.trust, session, owner)
        for session in ("", *_named(role, actor.principal))
    )


def _named(role: Principal, principal: Principal) -> list[str]:
    """The sessions of `principal` that a role's trust names: whoever becomes it chooses their names."""
    if principal.kind != "role":
        return []
    return sorted(
        arn
        for attached in role.trust or ()
        for statement in attached.document.statements
        for arn in (statement.principals or Principals()).arns
        if ":assumed-role/" in arn and _same_role(identity_arn(arn), principal)
    )


def _same_role(arn: str, principal: Principal) -> bool:
    return arn.rpartition("/")[2] == principal.name and arn.split(":")[4] == principal.account


def identity_arn(arn: str) -> str:
    """The role behind a session's ARN, which has lost the role's path; other ARNs as they are."""
    head, mark, rest = arn.partition(":assumed-role/")
    return f"{head.replace(':sts:', ':iam:')}:role/{rest.partition('/')[0]}" if mark else arn
