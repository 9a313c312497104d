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
from posture.access.aws.gains import ASSUMED, Gain
from posture.access.aws.held import Held
from posture.access.aws.methods import Method, methods
from posture.access.aws.own_rights import changes
from posture.access.aws.passing import Passing
from posture.access.aws.taking import Taking
from posture.access.aws.trust import Trusts
from posture.access.aws.unbinding import Unbinding

_ASSUME = bit("sts:AssumeRole")

_STEPS = 3
"""So many changes of oneself in a row are followed: joining a group, lifting a limit, writing a policy."""

_ONE_OF_SEVERAL = ("own policy version", "own tags")
"""What one changes of oneself without having it all."""

_Way = Callable[[Actor, Method], Iterator[Gain]]
_Turning = Callable[[Actor, Method], Iterator[tuple[Principal, Held, Principal]]]


class Escalation:
    """The methods, asked for one principal after the other over one landscape.

    `complete`: whether what the input does not list of workloads and resources does not exist. Without it, a
    method that needs something of a type that no source listed leads conditionally to the roles that may
    stand behind it.
    """

    def __init__(self, landscape: Landscape, complete: bool = False) -> None:
        self.landscape = landscape
        self.trusts = Trusts(landscape)
        self._gained: dict[tuple[str, str, bool, int], list[Gain]] = {}
        creating, passing = Creating(), Passing(landscape, self.trusts, complete)
        taking = Taking(self.trusts, creating.admin_groups)
        unbinding = Unbinding(taking)
        self._to_admin: Mapping[str, _Way] = {
            "strengthen": taking.strengthen,
            "unbind": unbinding.unbind,
            "create": creating.create,
            "outside": passing.outside,
        }
        self._turned: Mapping[str, _Turning] = {"strengthen": taking.strengthened, "unbind": unbinding.freed}
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
        that lead there are listed, and the roles that it may assume.
        """
        return self.gains_of(Actor(principal, self.landscape.accounts[principal.account]))

    def gains_of(self, actor: Actor) -> list[Gain]:
        """The same of one that is about to act."""
        return self._of(actor, _STEPS)

    def assumable(self, actor: Actor) -> list[Gain]:
        """The roles that `actor` may assume, whatever else it may do."""
        return [Gain(ASSUMED, held, roles) for roles, held in self.trusts.assumable(actor)]

    def _of(self, actor: Actor, steps: int) -> list[Gain]:
        """The gains of `actor`, by at most so many changes of itself in a row."""
        able = _able(actor.bits & _concerned())
        found: list[Gain] = []
        for method in able:
            if method.way in ("grant", "join", "free"):
                if steps:
                    found.extend(self._own(actor, method, steps - 1))
            elif method.way in self._to_admin:
                found.extend(self._to_admin[method.way](actor, method))
        found.extend(Gain(ASSUMED, held, roles) for roles, held in self.trusts.assumable(actor))
        if any(gain.admin and gain.certain for gain in found):
            found = [gain for gain in found if gain.admin or gain.method == ASSUMED]
        else:
            for method in able:
                if method.way in self._to_others and method.id != ASSUMED:
                    found.extend(self._to_others[method.way](actor, method))
                elif method.way in self._turned and steps:
                    found.extend(self._by_another(actor, method))
        actor.singled.update(gain.to[0].arn for gain in found if len(gain.to) == 1)
        return found

    def _own(self, actor: Actor, method: Method, steps: int) -> Iterator[Gain]:
        for held, changed in changes(actor, method):
            if held.answer == NO:
                continue
            if standing(changed, actor.account).answer == YES:
                yield Gain(method.id, held, admin=True)
                return
            # Short of administration, what the new permissions lead to is gained all the same. Whoever wrote
            # itself every permission and lifted what it may has nothing more to change about itself.
            left = 0 if method.way == "grant" and method.target not in _ONE_OF_SEVERAL else steps
            before = {(gain.method, gain.to) for gain in self._of(actor, 0)}
            for gain in self._of(Actor(changed, actor.account, actor.singled), left):
                if (gain.method, gain.to) not in before:
                    yield replace(gain, method=method.id, held=held.and_(gain.held), scope=method.id)

    def _by_another(self, actor: Actor, method: Method) -> Iterator[Gain]:
        """What another leads to once it is changed, where that makes it no administrator."""
        together: dict[tuple[Held, bool], dict[str, Principal]] = {}
        for target, held, changed in self._turned[method.way](actor, method):
            for gain in self._more(target, changed, method.way):
                whole = held.and_(Held(gain.held.answer, (), gain.held.depends_on))
                reached = together.setdefault((whole, gain.admin), {})
                reached |= {one.arn: one for one in gain.to if one.arn != actor.principal.arn}
        for (held, admin), reached in together.items():
            if reached or admin:
                yield Gain(method.id, held, tuple(reached.values()), admin, scope=method.id)

    def _more(self, target: Principal, changed: Principal, way: str) -> list[Gain]:
        """What `changed` gains by a step that `target` as it stands does not gain."""
        key = (target.arn, way, changed.boundary is None, len(changed.identity))
        if key not in self._gained:
            account = self.landscape.accounts[target.account]
            before = {(gain.method, gain.to) for gain in self._of(Actor(target, account), 0)}
            self._gained[key] = [
                gain
                for gain in self._of(Actor(changed, account), 0)
                if (gain.to or gain.admin) and (gain.method, gain.to) not in before
            ]
        return self._gained[key]


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
