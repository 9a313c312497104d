"""Which escalation methods a principal can carry out, on whom, and what it gains by them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from msgspec.structs import replace

from posture.access.aws.account import Landscape, Principal
from posture.access.aws.actions import bit
from posture.access.aws.actor import Actor
from posture.access.aws.admin import standing
from posture.access.aws.conditions import NO, YES
from posture.access.aws.creating import Creating
from posture.access.aws.gains import Gain
from posture.access.aws.methods import Method, methods
from posture.access.aws.own_rights import changes
from posture.access.aws.passing import Passing
from posture.access.aws.taking import Taking
from posture.access.aws.trust import Trusts
from posture.access.aws.unbinding import Unbinding

ASSUMED = "sts-001"
"""The id under which the catalogues list plain role assumption."""
_ASSUME = bit("sts:AssumeRole")

_Way = Callable[[Actor, Method], Iterator[Gain]]


class Escalation:
    """The methods, asked for one principal after the other over one landscape.

    `complete`: whether what the input does not list of workloads and resources does not exist. Without it, a
    method that needs something of a type that no source listed leads conditionally to the roles that may
    stand
    behind it.
    """

    def __init__(self, landscape: Landscape, complete: bool = False) -> None:
        self.landscape = landscape
        self.trusts = Trusts(landscape)
        creating, passing = Creating(), Passing(landscape, self.trusts, complete)
        taking = Taking(self.trusts, creating.admin_groups)
        self._to_admin: Mapping[str, _Way] = {
            "strengthen": taking.strengthen,
            "unbind": Unbinding(taking).unbind,
            "create": creating.create,
            "outside": passing.outside,
        }
        self._to_others: Mapping[str, _Way] = {
            "take": taking.take,
            "provider": passing.provider,
            "pass": passing.pass_role,
            "workload": passing.workload,
            "data": passing.data,
        }

    def gains(self, principal: Principal) -> list[Gain]:
        """What `principal` can gain in one step.

        Whoever surely comes to administer the account gains every user and role of it: then only the methods
        that lead there are listed, and the roles that trust it.
        """
        return self.gains_of(Actor(principal, self.landscape.accounts[principal.account]))

    def gains_of(self, actor: Actor) -> list[Gain]:
        """The same of one that is about to act."""
        return self._of(actor, deep=True)

    def assumable(self, actor: Actor) -> list[Gain]:
        """The roles that `actor` may assume, whatever else it may do."""
        return [Gain(ASSUMED, held, roles) for roles, held in self.trusts.assumable(actor)]

    def _of(self, actor: Actor, deep: bool) -> list[Gain]:
        able = _able(actor.bits & _concerned())
        found: list[Gain] = []
        for method in able:
            if method.way in ("grant", "join", "free"):
                if deep:
                    found.extend(self._own(actor, method))
            elif method.way in self._to_admin:
                found.extend(self._to_admin[method.way](actor, method))
        found.extend(Gain(ASSUMED, held, roles) for roles, held in self.trusts.assumable(actor))
        if any(gain.admin and gain.certain for gain in found):
            found = [gain for gain in found if gain.admin or gain.method == ASSUMED]
        else:
            for method in able:
                if method.way in self._to_others and method.id != ASSUMED:
                    found.extend(self._to_others[method.way](actor, method))
        actor.singled.update(gain.to[0].arn for gain in found if len(gain.to) == 1)
        return found

    def _own(self, actor: Actor, method: Method) -> Iterator[Gain]:
        for held, changed in changes(actor, method):
            if held.answer == NO:
                continue
            if standing(changed, actor.account).answer == YES:
                yield Gain(method.id, held, admin=True)
                return
            # Short of administration, what the new permissions lead to is gained all the same.
            before = {(gain.method, gain.to) for gain in self._of(actor, deep=False)}
            for gain in self._of(Actor(changed, actor.account, actor.singled), deep=False):
                if (gain.method, gain.to) not in before:
                    yield replace(gain, method=method.id, held=held.and_(gain.held), scope=method.id)


@lru_cache(maxsize=1)
def _concerned() -> int:
    """Every action that a method needs: of principals that differ in others the same methods are told."""
    bits = 0
    for method in methods():
        bits |= method.mask
    return bits


@lru_cache(maxsize=4096)
def _able(bits: int) -> tuple[Method, ...]:
    """The methods whose actions are all allowed somewhere. Assuming a role may need no permission at all."""
    missing = ~(bits | _ASSUME)
    return tuple(method for method in methods() if not method.mask & missing)
