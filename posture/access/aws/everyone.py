"""What each principal of the estate may do because a resource lets in everybody.

Nobody is linked to each such resource: the principals of an account are members of one group, and the group
is let in. Who is denied something by a policy of its own is asked about singly, and so is what it still may
do without signing its requests.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from posture.access.aws.account import Account, Landscape, Principal
from posture.access.aws.actions import actions_of
from posture.access.aws.resource_side import Guarded, Reached, reached, unsigned
from posture.model.text import plain

_THROUGH_A_SERVICE = "kms:viaservice"

Row = dict[str, Any]


def everyone(
    landscape: Landscape, resources: Iterable[Guarded], administrators: Collection[str]
) -> Iterator[Row]:
    """Links of everybody in the estate to the resources that let in everybody."""
    open_ = [(resource, bits) for resource in resources if (bits := resource.for_everyone())]
    for id_ in sorted(landscape.accounts) if open_ else ():
        yield from _of_account(landscape.accounts[id_], open_, administrators)


def _of_account(
    account: Account, open_: Sequence[tuple[Guarded, int]], administrators: Collection[str]
) -> Iterator[Row]:
    group = f"arn:aws:iam::{account.id}:everyone"
    anyone = Principal(group, account.id, "user", tags=None)
    let_in = [(resource, _by(anyone, account, resource, bits)) for resource, bits in open_]
    let_in = [(resource, ways) for resource, ways in let_in if ways]
    if not let_in:
        return
    granted = 0
    for _resource, bits in open_:
        granted |= bits
    members = 0
    for principal in account.principals:
        if principal.managed_by_aws:
            continue
        if principal.arn not in administrators and not _is_denied(principal, granted):
            members += 1
            yield {"kind": "member-of", "from": principal.node, "to": group}
            continue
        for resource, bits in open_:
            # Whoever administers the account reaches all that is in it anyway.
            if principal.arn not in administrators or resource.owner != account.id:
                yield from _links(principal.node, resource, _by(principal, account, resource, bits))
    for resource, ways in let_in if members else ():
        yield from _links(group, resource, ways)


def _by(principal: Principal, account: Account, resource: Guarded, bits: int) -> list[Reached]:
    """What `principal` may do, signing its requests in its own account, and unsigned elsewhere."""
    signed = reached(principal, account, resource, bits) if resource.owner == account.id else []
    sure = 0
    for one in signed:
        sure |= one.mask if one.certain else 0
    found = signed + [one for one in unsigned(resource, bits) if one.mask & ~sure]
    # A key that one uses only through a service opens nothing beside what that service lets one do.
    return [one for one in found if _THROUGH_A_SERVICE not in one.depends_on]


def _is_denied(principal: Principal, granted: int) -> bool:
    levels = (*principal.identity, *(principal.boundary or ()))
    return any(
        statement.denies and actions_of(statement) & granted
        for attached in levels
        for statement in attached.document.statements
    )


def _links(who: str, resource: Guarded, ways: Iterable[Reached]) -> Iterator[Row]:
    for one in ways:
        yield {
            "kind": "may-act",
            "from": who,
            "to": plain(resource.key, 2048),
            "classes": one.mask,
            "certain": one.certain,
            "because": plain("; ".join(one.because[:1])),
            "depends_on": None if one.certain else plain("; ".join(one.depends_on[:3])) or "its conditions",
        }
