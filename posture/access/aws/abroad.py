"""Roles of other accounts that whoever administers an account comes to, because they trust somebody in it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from posture.access.aws.account import Account, Principal
from posture.access.aws.actions import bit
from posture.access.aws.actor import Actor
from posture.access.aws.admin import EVERYTHING
from posture.access.aws.conditions import MAYBE, NO, YES
from posture.access.aws.gains import ASSUMED, Gain, about, best_of, grouped
from posture.access.aws.held import NOT_HELD, Held
from posture.access.aws.sessions import ASSUME
from posture.access.aws.trust import Trusts

_TRIED = 500
"""So many of an account are asked about one role before the answer is left open."""


class Abroad:
    """What administering an account gives outside it, to all who administer it alike.

    Whoever may write any policy may let whom a trust names assume the role, and then act as that one.
    """

    def __init__(self, trusts: Trusts) -> None:
        self._trusts = trusts
        self._holding: dict[str, list[Principal]] = {}

    def of(self, account: Account) -> list[Gain]:
        """The roles of other accounts, equal answers together."""
        roles = self._trusts.abroad(account)
        answers = grouped((role, self._answer(role, account)) for role in roles)
        return [Gain(ASSUMED, held, to) for to, held in answers]

    def _answer(self, role: Principal, account: Account) -> Held:
        trusted = self._trusts.named(role)
        near = [
            one for one in account.principals if trusted is None or one.arn in trusted or one.name in trusted
        ]
        holding = [one for one in self._holders(account) if one in near]
        if any(self._trusts.may_assume(Actor(one, account), role).answer == YES for one in holding[:_TRIED]):
            # Whoever administers the account becomes that one, and needs to write nothing.
            return NOT_HELD
        open_ = [one for one in near if not one.managed_by_aws]
        best = best_of(self._let(one, role, account) for one in open_[:_TRIED])
        if best.answer == NO and len(open_) > _TRIED:
            return Held(MAYBE, (), ("which of many its trust lets in",))
        return best

    def _holders(self, account: Account) -> list[Principal]:
        """Those whose own policies allow somewhere to assume a role."""
        if account.id not in self._holding:
            self._holding[account.id] = [
                one for one in account.principals if Actor(one, account).bits & bit(ASSUME)
            ]
        return self._holding[account.id]

    def _let(self, one: Principal, role: Principal, account: Account) -> Held:
        """Whether `one` may assume `role` once it was given every permission."""
        let = Actor(replace(one, identity=(EVERYTHING,), boundary=None), account)
        answer = self._trusts.may_assume(let, role)
        if answer.answer == NO:
            return NOT_HELD
        written = best_of(let.may(action, one.arn, about(one, action)) for action in _writing(one))
        because = (f"{one.name}, whom the trust of {role.name} lets in, may be given the right to assume it",)
        return Held(min(answer.answer, written.answer), because, (*answer.depends_on, *written.depends_on))


def _writing(one: Principal) -> Iterator[str]:
    kind = one.kind.capitalize()
    yield from (f"iam:{verb}{kind}Policy" for verb in ("Put", "Attach"))
