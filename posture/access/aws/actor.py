"""A principal about to act: its policies, context and allowed actions prepared once for many questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from posture.access.aws.account import Account, Principal, context_of, policies_of
from posture.access.aws.actions import actions_of
from posture.access.aws.compile import Statement
from posture.access.aws.conditions import MAYBE, NO, YES
from posture.access.aws.context import Context, Values
from posture.access.aws.decision import Answer, Decision, Level, Policies, Request
from posture.access.aws.evaluate import evaluate
from posture.access.aws.shapes import names_worth_trying

ANSWERS = {
    Answer.ALLOWED: YES,
    Answer.DEPENDS: MAYBE,
    Answer.IMPLICITLY_DENIED: NO,
    Answer.EXPLICITLY_DENIED: NO,
}


@dataclass(frozen=True, slots=True)
class Held:
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


def held(decision: Decision) -> Held:
    """A decision as a permission held or not."""
    answer = ANSWERS[decision.answer]
    if answer == NO:
        return NOT_HELD
    because = tuple(dict.fromkeys(deciding.label for deciding in decision.deciding))
    return Held(answer, because, (*decision.keys, *decision.reasons) if answer == MAYBE else ())


@dataclass(frozen=True, eq=False)
class Actor:
    """One principal in its account."""

    principal: Principal
    account: Account
    _free: dict[str, Held | None] = field(default_factory=dict, repr=False)

    @cached_property
    def context(self) -> Context:
        return context_of(self.principal, self.account)

    @cached_property
    def policies(self) -> Policies:
        return policies_of(self.principal, self.account)

    @cached_property
    def bits(self) -> int:
        """Every known action that some statement of its own allows somewhere, before anything is denied."""
        found = 0
        for statement in self.statements():
            if statement.allows:
                found |= actions_of(statement)
        return found

    def statements(self) -> Iterator[Statement]:
        for attached in self.principal.identity:
            yield from attached.document.statements

    def may(
        self,
        action: str,
        resource: str,
        facts: Mapping[str, Values | None] | None = None,
        resource_policy: Level | None = None,
    ) -> Held:
        """Whether the principal may do `action` on `resource`, with `facts` set in the context."""
        context = self.context.having(facts) if facts else self.context
        policies = self.policies
        if resource_policy is not None:
            policies = policies_of(self.principal, self.account, resource_policy)
        return held(evaluate(Request(self.principal.arn, action, resource, context), policies))

    def freely(self, action: str) -> Held | None:
        """The grant of `action` on everything without condition, limit or deny; None where there is none."""
        lower = action.lower()
        if lower not in self._free:
            self._free[lower] = self._freely(lower)
        return self._free[lower]

    def _freely(self, action: str) -> Held | None:
        limits: list[Level] = [*(self.account.scps or ())]
        if self.principal.boundary is not None:
            limits.append(self.principal.boundary)
        if not all(_free_in(level, action) for level in limits):
            return None
        label = _free_in(self.principal.identity, action)
        return Held(YES, (label,)) if label else None

    def on_each(
        self,
        action: str,
        targets: Sequence[Principal],
        facts: Mapping[str, Values | None] | None = None,
    ) -> list[tuple[Principal, Held]]:
        """The targets on which the principal may do `action`, with the answer for each."""
        free = self.freely(action)
        if free is not None:
            return [(target, free) for target in targets]
        found = []
        for target in targets:
            answer = self.may(action, target.arn, facts)
            if answer.answer:
                found.append((target, answer))
        return found

    def on_new(
        self, actions: Sequence[str], type_: str, facts: Mapping[str, Values | None] | None = None
    ) -> Held:
        """Whether there is a name under which all `actions` are allowed on a new thing of `type_`."""
        free = [self.freely(action) for action in actions]
        if all(free):
            return _all(one for one in free if one is not None)
        lower = [action.lower() for action in actions]
        speaking = [s for s in self.statements() if s.allows and any(s.covers_action(a) for a in lower)]
        best = NOT_HELD
        for arn in names_worth_trying(type_, self.principal.account, speaking, self.context, self.regions):
            now = _all(self.may(action, arn, facts) for action in actions)
            if now.answer > best.answer:
                best = now
            if best.answer == YES:
                break
        return best

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Regions that its policies name in conditions, since there it may be allowed what elsewhere it is not."""
        levels = [self.principal.identity, self.principal.boundary or (), *(self.account.scps or ())]
        named = {
            value
            for level in levels
            for attached in level
            for statement in attached.document.statements
            for test in statement.tests
            if test.key == "aws:requestedregion"
            for value in test.values
            if "*" not in value
        }
        return tuple(sorted(named))


def _all(parts: Iterable[Held]) -> Held:
    whole = FREELY
    for part in parts:
        whole = whole.and_(part)
        if whole.answer == NO:
            return NOT_HELD
    return whole


def _free_in(level: Level, action: str) -> str:
    """The statement of `level` that allows `action` on everything; empty where none does or one may deny it."""
    label = ""
    service = action.partition(":")[0]
    for attached in level:
        for statement in attached.document.about(service):
            if not statement.covers_action(action):
                continue
            if statement.denies:
                return ""
            resources = statement.resources
            everywhere = resources is not None and resources.everything and not statement.without_resources
            if everywhere and not statement.tests and not statement.doubt and not label:
                label = f"{attached.name} / {statement.label}"
    return label
