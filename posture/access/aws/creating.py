"""Making a new principal that administers the account."""

from __future__ import annotations

from collections.abc import Iterator

from posture.access.aws.account import Account, Principal
from posture.access.aws.actions import bit
from posture.access.aws.actor import Actor
from posture.access.aws.admin import standing
from posture.access.aws.conditions import YES
from posture.access.aws.decision import Level
from posture.access.aws.gains import Gain, best_of
from posture.access.aws.held import FREELY, Held
from posture.access.aws.methods import Method


class Creating:
    """The methods that make a user or a role. Which groups administer an account is found out once."""

    def __init__(self) -> None:
        self._admins: dict[str, list[str]] = {}

    def create(self, actor: Actor, method: Method) -> Iterator[Gain]:
        """Administration, where the new principal can be given every permission."""
        new: dict[str, list[str]] = {}
        whole = FREELY
        for need in method.needs:
            if need.on.startswith("new "):
                new.setdefault(need.on[4:], []).append(need.action)
            else:
                whole = whole.and_(
                    best_of(actor.may(need.action, arn) for arn in self.admin_groups(actor.account))
                )
        for type_, actions in new.items():
            if whole.answer:
                whole = whole.and_(_unbounded(actor, actions, type_))
        if whole.answer:
            yield Gain(method.id, whole, admin=True)

    def admin_groups(self, account: Account) -> list[str]:
        """The groups of `account` whose members may do everything."""
        if account.id not in self._admins:
            self._admins[account.id] = [
                group.arn for group in account.groups if _makes_admin(group.policies, account)
            ]
        return self._admins[account.id]


def _unbounded(actor: Actor, actions: list[str], type_: str) -> Held:
    """Whether `actions` make and strengthen something without a boundary, or with one that it then loses."""
    plain = actor.on_new(actions, type_, {"iam:permissionsboundary": None})
    loses = f"iam:Delete{type_.removeprefix('iam:').capitalize()}PermissionsBoundary"
    if plain.answer == YES or not actor.bits & bit(loses):
        return plain
    return best_of((plain, actor.on_new([*actions, loses], type_)))


def _makes_admin(policies: Level, account: Account) -> bool:
    stand_in = Principal(f"arn:aws:iam::{account.id}:user/new", account.id, "user", policies)
    return standing(stand_in, account).answer == YES
