"""What a principal may do and become, as far as its own policies and the trust of roles decide it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct
from msgspec.structs import replace

from posture.access.aws.actor import Actor
from posture.access.aws.admin import Standing, standing
from posture.access.aws.conditions import NO, YES
from posture.access.aws.escalate import Escalation
from posture.access.aws.gains import Gain
from posture.access.aws.grants import Grant, grants
from posture.access.aws.held import Held


class Found(Struct, frozen=True):
    """How far it administers its account, what it gains by a step of its own, and what it is granted."""

    standing: Standing
    gains: list[Gain]
    grants: list[Grant]

    def administers(self) -> bool:
        """Whether it surely administers its account, or surely can."""
        return self.standing.answer == YES or any(gain.admin and gain.certain for gain in self.gains)

    def worded(self, said: Callable[[str], str]) -> Found:
        """The same with every reason as `said` puts it."""

        def each(words: Iterable[str]) -> tuple[str, ...]:
            return tuple(dict.fromkeys(map(said, words)))

        now = replace(self.standing, because=said(self.standing.because))
        gains = [
            replace(gain, held=Held(gain.held.answer, each(gain.held.because), each(gain.held.depends_on)))
            for gain in self.gains
        ]
        given = [
            replace(one, because=each(one.because), depends_on=each(one.depends_on)) for one in self.grants
        ]
        return Found(now, gains, given)


def find(actor: Actor, escalation: Escalation) -> Found:
    """What `actor` may do and become."""
    principal, account = actor.principal, actor.account
    now = standing(principal, account)
    gains = escalation.gains_of(actor) if now.answer != YES else _leaving(actor, escalation)
    if now.answer != NO:
        # Beside what may make it an administrator as it stands, doubtful detours tell nothing.
        gains = [gain for gain in gains if gain.certain]
    return Found(now, gains, grants(principal, account))


def _leaving(actor: Actor, escalation: Escalation) -> list[Gain]:
    """An administrator has all of its account through the control plane, and what that gives in others."""
    found = []
    for gain in escalation.assumable(actor):
        away = tuple(role for role in gain.to if role.account != actor.account.id)
        if away:
            found.append(Gain(gain.method, gain.held, away))
    return found
