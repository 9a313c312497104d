"""A principal about to act: its policies, context and allowed actions prepared once for many questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct, field

from posture.access.aws.account import Account, Principal, policies_of
from posture.access.aws.actions import actions_of, bit
from posture.access.aws.asked import as_asked
from posture.access.aws.compile import Statement, widest
from posture.access.aws.conditions import NO, YES
from posture.access.aws.context import Context, Values
from posture.access.aws.decision import Level, Policies, Request
from posture.access.aws.evaluate import evaluate
from posture.access.aws.held import NOT_HELD, Held, every, held
from posture.access.aws.match import fill, unshielded
from posture.access.aws.quirks import RCP_SERVICES
from posture.access.aws.shapes import names_worth_trying

Targets = tuple[Principal, ...]
Facts = Mapping[str, Values | None]


class Plan(Struct, frozen=True):
    """The statements that bear on one action of one principal, and how much of the resource they look at."""

    allows: tuple[Statement, ...]
    uniform: bool
    """None of them looks at the resource: one answer holds for all."""
    plain: bool
    """Only allows, without conditions, variables and NotResource: whatever they cover is allowed."""
    held: Held


class Actor(Struct, frozen=True, eq=False, dict=True):
    """One principal in its account."""

    principal: Principal
    account: Account
    singled: set[str] = field(default_factory=set)
    """ARNs of those that some answer about this principal tells from others of their list."""
    _free: dict[str, Held | None] = field(default_factory=dict)
    _plans: dict[str, Plan] = field(default_factory=dict)

    @cached_property
    def context(self) -> Context:
        return as_asked(self.principal, self.account, self.policies, self.bits)

    @cached_property
    def policies(self) -> Policies:
        return policies_of(self.principal, self.account)

    @cached_property
    def bits(self) -> int:
        """Every known action that some statement of its own, or of a policy on a workload, allows somewhere,
        before anything is denied."""
        found = self.account.lent
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
        facts: Facts | None = None,
        resource_policy: Level | None = None,
        session: str = "",
        owner: Account | None = None,
    ) -> Held:
        """Whether the principal may do `action` on `resource`, with `facts` set in the context.

        `session` is the ARN of the session that it comes as, where that matters; `owner` the account of the
        resource, whose resource control policies bind.
        """
        context = self.context.having(facts) if facts else self.context
        policies = self.policies
        if resource_policy is not None:
            policies = policies_of(self.principal, self.account, resource_policy, owner)
        arn = self.principal.arn
        request = Request(session or arn, action, resource, context, role_arn=arn if session else "")
        return held(evaluate(request, policies))

    @cached_property
    def minds_tags(self) -> bool:
        """Whether tags may decide which roles its own policies and the limits on it let it assume."""
        levels = (
            self.principal.identity,
            self.principal.boundary or (),
            *(self.account.scps or ()),
            *(self.account.rcps or ()),
        )
        return any(one.document.minds_tags("sts") for level in levels for one in level)

    def may_tag(self, target: Principal) -> bool:
        """Whether it may write tags on `target`, for all that is known."""
        action = f"iam:Tag{target.kind.capitalize()}"
        return bool(self.bits & bit(action)) and self.may(action, target.arn).answer != NO

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
        if not all(_free_in(level, action) for level in limits) or _held_by(self.account.rcps, action):
            return None
        label = _free_in(self.principal.identity, action)
        return Held(YES, (label,)) if label else None

    def on_each(
        self, action: str, targets: Targets, about: Callable[[Principal], Facts] | Facts | None = None
    ) -> list[tuple[Targets, Held]]:
        """The targets on which the principal may do `action`, those with one answer together.

        `about` holds the facts of the request, or makes them for each target. A grant on everything
        answers for all targets at once, and
        so does any set of statements that does not look at the resource.
        """
        free = self.freely(action)
        if free is not None:
            return [(targets, free)]
        plan = self._plan(action.lower())
        if not plan.allows or not targets:
            return []
        if plan.uniform:
            answer = self.may(action, targets[0].arn, _facts(about, targets[0]))
            return [(targets, answer)] if answer.answer else []
        covered = self._covered(plan.allows)
        near = tuple(t for t in targets if t.arn in covered and t.arn != self.principal.arn)
        self.singled.update(target.arn for target in near)
        if plan.plain:
            return [(near, plan.held)] if near else []
        grouped: dict[Held, list[Principal]] = {}
        for target in near:
            answer = self.may(action, target.arn, _facts(about, target))
            if answer.answer:
                grouped.setdefault(answer, []).append(target)
        return [(tuple(found), answer) for answer, found in grouped.items()]

    def alike(self, action: str, arn: str) -> Held | None:
        """The answer on `arn` and on everything else, where no statement looks at the resource."""
        return self.freely(action) or (self.may(action, arn) if self._plan(action.lower()).uniform else None)

    def on_policies(self, action: str) -> Held | dict[str, Held]:
        """On which held policies of the account it may do `action`: one answer for all, or by ARN."""
        free = self.freely(action)
        plan = self._plan(action.lower())
        holders = self.account.holders
        if free is None and plan.uniform and holders:
            free = self.may(action, next(iter(holders)))
        if free is not None:
            return free
        covered = self._covered(plan.allows)
        near = [arn for arn in holders if arn in covered]
        answers = {arn: plan.held if plan.plain else self.may(action, arn) for arn in near}
        return {arn: answer for arn, answer in answers.items() if answer.answer}

    def _plan(self, action: str) -> Plan:
        if action not in self._plans:
            self._plans[action] = self._planned(action)
        return self._plans[action]

    def _planned(self, action: str) -> Plan:
        service = action.partition(":")[0]
        allows: list[Statement] = []
        labels: list[str] = []
        others: list[Statement] = []
        for attached in self.principal.identity:
            for statement in attached.document.about(service):
                if statement.covers_action(action):
                    if statement.denies:
                        others.append(statement)
                    if statement.allows:
                        allows.append(statement)
                        labels.append(f"{attached.name} / {statement.label}")
        limits = [*(self.account.scps or ())]
        if self.principal.boundary is not None:
            limits.append(self.principal.boundary)
        limited = [level for level in limits if not _free_in(level, action)]
        for level in limited:
            for attached in level:
                others.extend(s for s in attached.document.about(service) if s.covers_action(action))
        both = [*allows, *others]
        return Plan(
            tuple(allows),
            uniform=all(_looks_away(statement) for statement in both),
            plain=not others and not limited and all(_plainly_covers(s) for s in allows),
            held=Held(YES, tuple(labels)),
        )

    def _covered(self, statements: Iterable[Statement]) -> frozenset[str]:
        """ARNs of principals and policies that the statements may cover, their conditions aside."""
        found: frozenset[str] = frozenset()
        for statement in statements:
            resources = statement.resources
            if resources is None or statement.without_resources or resources.everything:
                return frozenset((*self.account.by_arn, *self.account.holders))
            for pattern in resources.patterns:
                found |= self.account.matching(pattern)
            for template in statement.templates:
                text = fill(template, lambda key: (self.context.given(key) or (None,))[0])
                found |= self.account.matching(widest(template) if text is None else unshielded(text))
        return found

    def on_new(self, actions: Sequence[str], type_: str, facts: Facts | None = None) -> Held:
        """Whether there is a name under which all `actions` are allowed on a new thing of `type_`."""
        free = [self.freely(action) for action in actions]
        if all(free):
            return every(one for one in free if one is not None)
        lower = [action.lower() for action in actions]
        speaking = [s for s in self.statements() if s.allows and any(s.covers_action(a) for a in lower)]
        best = NOT_HELD
        for arn in names_worth_trying(type_, self.account, speaking, self.context, self.regions):
            now = every(self.may(action, arn, facts) for action in actions)
            if now.answer > best.answer:
                best = now
            if best.answer == YES:
                break
        return best

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Regions that its policies name in conditions, since there it may be allowed what elsewhere it
        is not."""
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


def _facts(about: Callable[[Principal], Facts] | Facts | None, target: Principal) -> Facts | None:
    return about(target) if callable(about) else about


def _free_in(level: Level, action: str) -> str:
    """The statement of `level` that allows `action` on everything; empty where none does or one may deny
    it."""
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


def _plainly_covers(statement: Statement) -> bool:
    """Whether what its patterns cover is all there is to a statement."""
    return not (statement.tests or statement.doubt or statement.templates or statement.without_resources)


_OF_THE_TARGET = ("aws:resourcetag/", "iam:resourcetag/", "iam:permissionsboundary")


def _looks_away(statement: Statement) -> bool:
    """Whether neither the resources nor the conditions of a statement tell one target from another."""
    resources = statement.resources
    everywhere = resources is None or (resources.everything and not statement.without_resources)
    return everywhere and not any(test.key.startswith(_OF_THE_TARGET) for test in statement.tests)


def _held_by(rcps: tuple[Level, ...] | None, action: str) -> bool:
    """Whether a resource control policy of the account may deny `action`."""
    return action.partition(":")[0] in RCP_SERVICES and any(
        one.denies and one.covers_action(action)
        for level in rcps or ()
        for attached in level
        for one in attached.document.statements
    )
