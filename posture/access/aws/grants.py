"""What the statements of a principal let it do to systems, in classes per kind of system: the bulk form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from posture.access.aws.account import Account, Principal, context_of, home_context_of
from posture.access.aws.compile import Statement, widest
from posture.access.aws.conditions import MAYBE, NO, YES, Doubt
from posture.access.aws.context import Context
from posture.access.aws.effects import by_service, kinds_in, limitable, mask_of, of_s3
from posture.access.aws.limits import allowing, limits_of, overlaps
from posture.access.aws.match import ARN_SEGMENTS, arn_glob, fill, unshielded
from posture.access.aws.places import EVERY, place_of


class Grant(Struct, frozen=True):
    """What is granted on one system, or one pattern of systems, with the statements it rests on."""

    kind: str
    resource: str
    """An ARN, an ARN with wildcards, or `EVERY`."""
    but: tuple[str, ...]
    """Of a grant on every system: patterns of those that it leaves out."""
    inside: str
    """What stands behind the ARN of a system where the patterns name what lies in it."""
    sure: int
    """The set of actions that are surely allowed."""
    maybe: int
    """The set of actions that are surely or perhaps allowed."""
    certain: int
    """Classes that are surely granted."""
    possible: int
    """Classes that are surely or perhaps granted."""
    because: tuple[str, ...]
    depends_on: tuple[str, ...]

    def leaves_out(self, key: str) -> bool:
        """Whether the system `key` is none of those that are granted."""
        return any(arn_glob(pattern)(f"{key}{self.inside}") for pattern in self.but)


class _Gathered(Struct):
    """What several statements grant on one place."""

    sure: int = 0
    maybe: int = 0
    because: dict[str, None] = field(default_factory=dict)
    depends_on: dict[str, None] = field(default_factory=dict)

    def on(self, kind: str, resource: str, but: tuple[str, ...], inside: str) -> Grant:
        certain = mask_of(self.sure, kind)
        return Grant(
            kind,
            resource,
            but,
            inside,
            self.sure,
            self.maybe,
            certain,
            certain if self.sure == self.maybe else mask_of(self.maybe, kind),
            tuple(self.because),
            tuple(self.depends_on),
        )


def grants(principal: Principal, account: Account) -> list[Grant]:
    """What its own policies grant `principal`; a deny on part of what a grant covers makes it conditional."""
    context = home_context_of(principal, account)
    limits = limits_of(principal, account, context)
    found: dict[tuple[str, str, tuple[str, ...], str], _Gathered] = {}
    for attached in principal.identity:
        for statement, actions in allowing(attached.document):
            possible = actions & limits.possible & ~limits.denied
            if not possible:
                continue
            doubts: set[Doubt] = set()
            met = _met(statement, context, doubts)
            if met == NO:
                # What is allowed elsewhere alone still is what other accounts may let in.
                met = min(MAYBE, _met(statement, context_of(principal, account), doubts))
            if met == NO:
                continue
            certain = possible & limits.certain if met == YES else 0
            label = f"{attached.name} / {statement.label}"
            because_not = [*(key or reason for key, reason in sorted(doubts)), *limits.doubts]
            for to in _targets(statement, possible, context, account.id):
                kind, resource, bits = to.kind, to.resource, to.actions
                grant = found.setdefault((kind, resource, to.but, to.inside), _Gathered())
                sure = bits & certain & ~to.unsure
                if bits & certain & to.unsure:
                    grant.depends_on[f"all but what {label} leaves out"] = None
                for deny in limits.partial:
                    if deny.actions & sure and overlaps(deny.statement, kind, resource):
                        sure &= ~deny.actions
                        grant.depends_on[deny.words] = None
                grant.maybe |= bits
                grant.sure |= sure
                grant.because[label] = None
                if bits & ~certain and mask_of(bits, kind) & ~mask_of(bits & certain, kind):
                    grant.depends_on.update(dict.fromkeys(because_not))
    made = (gathered.on(*place) for place, gathered in found.items())
    return [grant for grant in made if grant.possible]


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


class _Target(Struct, frozen=True):
    """Actions of a statement on one system, on one pattern of them, or on every one but some."""

    kind: str
    resource: str
    actions: int
    but: tuple[str, ...] = ()
    inside: str = ""
    unsure: int = 0
    """Those of the actions of which it is not known whether they are left out."""


def _targets(statement: Statement, actions: int, context: Context, account: str) -> Iterator[_Target]:
    """Everything that `actions` of a statement reach."""
    resources = statement.resources
    if resources is not None and resources.everything and statement.without_resources:
        return
    if resources is None or (resources.everything and not statement.without_resources):
        for kind in kinds_in(actions):
            yield _Target(kind, EVERY, actions)
        return
    patterns = [*resources.patterns]
    unfilled = False
    for template in statement.templates:
        text = fill(template, lambda key: (context.given(key) or (None,))[0])
        unfilled = unfilled or text is None
        patterns.append(widest(template) if text is None else unshielded(text))
    if statement.without_resources:
        for kind in kinds_in(actions):
            yield from _all_but(kind, actions, patterns, unfilled, account)
        return
    narrowed = actions & limitable()
    for pattern in patterns:
        service, kind, resource = place_of(pattern)
        bits = narrowed & by_service().get(service, 0) if service else narrowed
        if service == "s3":
            bits &= of_s3(pattern)
        if kind:
            if mask_of(bits, kind):
                yield _Target(kind, resource, bits)
        else:
            for each in kinds_in(bits):
                yield _Target(each, EVERY, bits)


_BUCKETS = "arn:aws:s3:::"
_SOME, _IN_IT = f"{_BUCKETS}\x01", "/\x01"
"""A bucket, and an object in it, that nobody names."""
_WHOLE = ("control-plane",)
"""Kinds of which an account has one: what is left of it is all of it, or in doubt."""


def _all_but(
    kind: str, actions: int, patterns: Sequence[str], unfilled: bool, account: str
) -> Iterator[_Target]:
    """What the NotResource of a statement leaves of every system of `kind`."""
    but: dict[str, None] = {}
    unsure = 0
    for pattern in patterns:
        service, its_kind, place = place_of(pattern)
        if its_kind not in ("", kind):
            continue
        of_it = by_service().get(service, 0) if service else actions
        segments = _segments(pattern)
        everywhere = place == EVERY and service != "s3" and _everywhere(segments, account)
        if everywhere and not segments[5].strip("*"):
            actions &= ~of_it
        elif not service or not segments or unfilled or everywhere or kind in _WHOLE:
            unsure |= of_it
        else:
            but[pattern] = None
    parts = [(actions, "", tuple(but))]
    if any(pattern.startswith(_BUCKETS) for pattern in but):
        objects = actions & of_s3(f"{_SOME}{_IN_IT}")
        deep = tuple(pattern for pattern in but if "/" in pattern or pattern.endswith("*"))
        parts = [
            (actions & ~objects, "", tuple(pattern for pattern in but if "/" not in pattern)),
            (objects, _IN_IT if deep else "", deep),
        ]
    for bits, inside, near in parts:
        if mask_of(bits, kind) and not any(arn_glob(pattern)(f"{_SOME}{inside}") for pattern in near):
            yield _Target(kind, EVERY, bits, near, inside, unsure & bits)


def _segments(pattern: str) -> list[str]:
    """The six segments of an ARN, where a wildcard at the end of fewer stands for the rest; none of what is
    no ARN, which people write too."""
    found = pattern.split(":", ARN_SEGMENTS - 1)
    if found[0] != "arn" or (len(found) < ARN_SEGMENTS and not found[-1].endswith("*")):
        return []
    return found + ["*"] * (ARN_SEGMENTS - len(found))


def _everywhere(segments: Sequence[str], account: str) -> bool:
    """Whether the segments of a pattern hold it to no region, and to no account but our own."""
    if not segments:
        return False
    region, owner = segments[3:5]
    return not region.strip("*") and (not owner.strip("*") or owner == account)
