"""Whether something is held, surely or perhaps, on which statements, and what a doubt hangs on."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from posture.access.aws.conditions import MAYBE, NO, YES
from posture.access.aws.decision import Answer, Decision

ANSWERS = {
    Answer.ALLOWED: YES,
    Answer.DEPENDS: MAYBE,
    Answer.IMPLICITLY_DENIED: NO,
    Answer.EXPLICITLY_DENIED: NO,
}


class Held(Struct, frozen=True):
    """Whether something is held, on which statements, and what a doubt hangs on."""

    answer: int
    because: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()

    def and_(self, other: Held) -> Held:
        return Held(
            min(self.answer, other.answer),
            tuple(dict.fromkeys((*self.because, *other.because))),
            tuple(dict.fromkeys((*self.depends_on, *other.depends_on))),
        )


FREELY = Held(YES)
NOT_HELD = Held(NO)


def every(parts: Iterable[Held]) -> Held:
    """All of them together."""
    whole = FREELY
    for part in parts:
        whole = whole.and_(part)
        if whole.answer == NO:
            return NOT_HELD
    return whole


def held(decision: Decision) -> Held:
    """A decision as a permission held or not."""
    answer = ANSWERS[decision.answer]
    if answer == NO:
        return NOT_HELD
    because = tuple(dict.fromkeys(deciding.label for deciding in decision.deciding))
    return Held(answer, because, (*decision.keys, *decision.reasons) if answer == MAYBE else ())
