"""What the statements of a principal let it do to systems, in classes per kind of system: the bulk form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from posture.access.aws.account import Account, Principal, context_of
from posture.access.aws.compile import Statement, widest
from posture.access.aws.conditions import MAYBE, NO, YES, Doubt
from posture.access.aws.context import Context
from posture.access.aws.effects import by_service, kinds_in, limitable, mask_of, of_s3
from posture.access.aws.limits import allowing, leaves_out, limits_of, overlaps
from posture.access.aws.match import fill, unshielded
from posture.access.aws.places import EVERY, place_of


@dataclass(slots=True)
class Grant:
    """What is granted on one system, or one pattern of systems, with the statements it rests on."""

    kind: str
    resource: str
    """An ARN, an ARN with wildcards, or `EVERY`."""
    sure: int = 0
    """The set of actions that are surely allowed."""
    maybe: int = 0
    """The set of actions that are surely or perhaps allowed."""
    because: dict[str, None] = field(default_factory=dict)
    depends_on: dict[str, None] = field(default_factory=dict)

    @property
    def certain(self) -> int:
        """Classes that are surely granted."""
        return mask_of(self.sure, self.kind)

    @property
    def possible(self) -> int:
        """Classes that are surely or perhaps granted."""
        return mask_of(self.maybe, self.kind)


def grants(principal: Principal, account: Account) -> list[Grant]:
    """What its own policies grant `principal`; a deny on part of what a grant covers makes it conditional."""
    context = context_of(principal, account)
    limits = limits_of(principal, account, context)
    found: dict[tuple[str, str], Grant] = {}
    for attached in principal.identity:
        for statement, actions in allowing(attached.document):
            possible = actions & limits.possible & ~limits.denied
            if not possible:
                continue
            doubts: set[Doubt] = set()
            met = _met(statement, context, doubts)
            if met == NO:
                continue
            certain = possible & limits.certain if met == YES else 0
            label = f"{attached.name} / {statement.label}"
            because_not = [*(key or reason for key, reason in sorted(doubts)), *limits.doubts]
            for kind, resource, bits in _targets(statement, possible, context):
                grant = found.setdefault((kind, resource), Grant(kind, resource))
                sure = bits & certain
                if sure and leaves_out(statement, kind):
                    sure = 0
                    grant.depends_on[f"all but what {label} leaves out"] = None
                for deny in limits.partial:
                    if deny.actions & sure and overlaps(deny.statement, kind, resource):
                        sure &= ~deny.actions
                        grant.depends_on[deny.words] = None
                grant.maybe |= bits
                grant.sure |= sure
                grant.because[label] = None
                if mask_of(bits, kind) & ~mask_of(bits & certain, kind):
                    grant.depends_on.update(dict.fromkeys(because_not))
    return [grant for grant in found.values() if grant.possible]


def _met(statement: Statement, context: Context, doubts: set[Doubt]) -> int:
    """Whether conditions are met; what the caller chooses counts as met, since some choice meets it."""
    answer = YES
    if statement.doubt:
        doubts.add(("", statement.doubt))
        answer = MAYBE
    for test in statement.tests:
        if context.is_chosen(test.key):
            continue
        answer = min(answer, test.holds(context, doubts))
    return answer


def _targets(statement: Statement, actions: int, context: Context) -> Iterator[tuple[str, str, int]]:
    """(kind, resource, actions) of everything that `actions` of a statement reach."""
    resources = statement.resources
    if resources is not None and resources.everything and statement.without_resources:
        return
    if resources is None or statement.without_resources or resources.everything:
        for kind in kinds_in(actions):
            yield kind, EVERY, actions
        return
    patterns = [*resources.patterns]
    for template in statement.templates:
        text = fill(template, lambda key: (context.given(key) or (None,))[0])
        patterns.append(widest(template) if text is None else unshielded(text))
    narrowed = actions & limitable()
    for pattern in patterns:
        service, kind, resource = place_of(pattern)
        bits = narrowed & by_service().get(service, 0) if service else narrowed
        if service == "s3":
            bits &= of_s3(pattern)
        if kind:
            if mask_of(bits, kind):
                yield kind, resource, bits
        else:
            for each in kinds_in(bits):
                yield each, EVERY, bits
