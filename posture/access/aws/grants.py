"""What the statements of a principal let it do to systems, in classes per kind of system: the bulk form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from posture.access.aws.account import Account, Principal, context_of
from posture.access.aws.actions import actions_of, every_action
from posture.access.aws.compile import Document, Statement, widest
from posture.access.aws.conditions import MAYBE, NO, YES, Doubt
from posture.access.aws.context import Context
from posture.access.aws.decision import Level
from posture.access.aws.match import arn_glob, fill, unshielded
from posture.access.aws.reference import Action, reference
from posture.access.classes import rules
from posture.access.kinds import kind_by_service, kind_of
from posture.model.classes import Classes

_S3_PREFIX = "arn:aws:s3:::"
EVERY = "*"
"""In the place of an ARN: every system of the kind in the account."""


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


@dataclass(frozen=True, slots=True)
class _Partial:
    """A deny of some actions that holds for some resources, or under some conditions."""

    actions: int
    statement: Statement
    words: str


@dataclass(frozen=True, slots=True)
class _Limits:
    """Sets of actions: surely left and perhaps left by boundary and SCPs, surely denied; and what is denied
    in part."""

    certain: int
    possible: int
    denied: int
    partial: tuple[_Partial, ...]
    doubts: tuple[str, ...]


def grants(principal: Principal, account: Account) -> list[Grant]:
    """What its own policies grant `principal`; a deny on part of what a grant covers makes it conditional."""
    context = context_of(principal, account)
    limits = _limits(principal, account, context)
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
                for deny in limits.partial:
                    if deny.actions & sure and _overlaps(deny.statement, kind, resource):
                        sure &= ~deny.actions
                        grant.depends_on[deny.words] = None
                grant.maybe |= bits
                grant.sure |= sure
                grant.because[label] = None
                if mask_of(bits, kind) & ~mask_of(bits & certain, kind):
                    grant.depends_on.update(dict.fromkeys(because_not))
    return [grant for grant in found.values() if grant.possible]


@lru_cache(maxsize=100_000)
def allowing(document: Document) -> tuple[tuple[Statement, int], ...]:
    """The statements of `document` that allow known actions, with the set of those."""
    return tuple((s, bits) for s in document.statements if s.allows and (bits := actions_of(s)))


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


def _everywhere(statement: Statement) -> bool:
    resources = statement.resources
    return resources is None or (resources.everything and not statement.without_resources)


def _limits(principal: Principal, account: Account, context: Context) -> _Limits:
    certain = possible = every_action()
    denied = 0
    partial: list[_Partial] = []
    doubts: dict[str, None] = {}
    levels: list[Level] = [*(account.scps or ())]
    if principal.boundary is not None:
        levels.append(principal.boundary)
    for level in levels:
        sure, perhaps = _allowed_by(level, context)
        if sure != perhaps:
            doubts["a limit that depends on the resource or on conditions"] = None
        certain &= sure
        possible &= perhaps
    for level in (principal.identity, *levels):
        for attached in level:
            for statement in attached.document.statements:
                if not statement.denies:
                    continue
                seen: set[Doubt] = set()
                met = _met_surely(statement, context, seen)
                if met == YES and _everywhere(statement):
                    denied |= actions_of(statement)
                elif met != NO:
                    words = f"denied in part by {attached.name} / {statement.label}"
                    partial.append(_Partial(actions_of(statement), statement, words))
    return _Limits(certain, possible, denied, tuple(partial), tuple(doubts))


def _overlaps(statement: Statement, kind: str, resource: str) -> bool:
    """Whether a deny may bear on something that a grant on `resource` covers; in doubt it may."""
    resources = statement.resources
    if resources is None or statement.without_resources or resources.everything:
        return True
    for pattern in (*resources.patterns, *(widest(template) for template in statement.templates)):
        _service, its_kind, place = place_of(pattern)
        if its_kind in ("", kind) and _meet(place, resource):
            return True
    return False


def _meet(one: str, other: str) -> bool:
    """Whether two patterns may cover one text: by what stands before their first wildcards."""
    heads = [re.split(r"[*?]", text, maxsplit=1) for text in (one, other)]
    (first, *rest), (second, *more) = heads
    if rest and more:
        return first.startswith(second) or second.startswith(first)
    if rest or more:
        wild, plain = (one, other) if rest else (other, one)
        return wild == EVERY or arn_glob(wild)(plain)
    return one == other


def _met_surely(statement: Statement, context: Context, doubts: set[Doubt]) -> int:
    answer = MAYBE if statement.doubt else YES
    for test in statement.tests:
        answer = min(answer, test.holds(context, doubts))
    return answer


def _allowed_by(level: Level, context: Context) -> tuple[int, int]:
    sure = perhaps = 0
    for attached in level:
        for statement, actions in allowing(attached.document):
            met = _met_surely(statement, context, set())
            if met == NO:
                continue
            perhaps |= actions
            if met == YES and _everywhere(statement):
                sure |= actions
    return sure, perhaps


# --- actions by kind of system and class


@lru_cache(maxsize=1)
def _by_kind() -> dict[str, tuple[int, dict[int, int]]]:
    """Per kind of system the set of its actions, and of those in each class."""
    given = rules("aws")
    found: dict[str, tuple[int, dict[int, int]]] = {}
    single = [int(one) for one in Classes if one]
    for action in reference().ordered:
        classes = int(given.of(action.full, action.level))
        if not classes:
            continue
        bit = 1 << action.position
        for kind in _kinds_of(action):
            every, by_class = found.get(kind, (0, {}))
            for one in single:
                if classes & one:
                    by_class[one] = by_class.get(one, 0) | bit
            found[kind] = (every | bit, by_class)
    return found


def _kinds_of(action: Action) -> set[str]:
    kinds = {kind_of("aws", action.service, type_) for type_ in action.types}
    return kinds or {kind_of("aws", action.service)}


@lru_cache(maxsize=1)
def _limitable() -> int:
    """The actions that can be limited to resources; the others are granted on everything or not at all."""
    return sum(1 << action.position for action in reference().ordered if action.types)


def _of_s3(pattern: str) -> int:
    """The actions that may be limited to `pattern`: a bucket is none of the objects in it."""
    objects = "/" in pattern
    if objects and pattern.rpartition("/")[0].endswith("*"):
        return every_action()
    if not objects and pattern.endswith("*"):
        return every_action()
    return _s3_of_type("object" if objects else "bucket")


@lru_cache(maxsize=2)
def _s3_of_type(type_: str) -> int:
    """The actions on objects, or those on everything but objects."""
    actions = reference().services["s3"].actions
    objects = sum(1 << action.position for action in actions if "object" in action.types)
    return objects if type_ == "object" else every_action() & ~objects


@lru_cache(maxsize=1)
def _by_service() -> dict[str, int]:
    return {
        name: sum(1 << action.position for action in service.actions)
        for name, service in reference().services.items()
    }


@lru_cache(maxsize=200_000)
def mask_of(actions: int, kind: str) -> int:
    """The classes that `actions` give on systems of `kind`."""
    every, by_class = _by_kind().get(kind, (0, {}))
    if not actions & every:
        return 0
    mask = 0
    for one, bits in by_class.items():
        if actions & bits:
            mask |= one
    return mask


@lru_cache(maxsize=20_000)
def _kinds_in(actions: int) -> tuple[str, ...]:
    return tuple(kind for kind in sorted(_by_kind()) if mask_of(actions, kind))


def actions_by_class(actions: int, kind: str) -> list[tuple[int, list[str]]]:
    """For each class the names of those of `actions` that give it on systems of `kind`."""
    _every, by_class = _by_kind().get(kind, (0, {}))
    ordered = reference().ordered
    found = []
    for one, bits in sorted(by_class.items()):
        rest, names = bits & actions, []
        while rest:
            low = rest & -rest
            names.append(ordered[low.bit_length() - 1].full)
            rest ^= low
        if names:
            found.append((one, names))
    return found


def _targets(statement: Statement, actions: int, context: Context) -> Iterator[tuple[str, str, int]]:
    """(kind, resource, actions) of everything that `actions` of a statement reach."""
    resources = statement.resources
    if resources is None or statement.without_resources or resources.everything:
        for kind in _kinds_in(actions):
            yield kind, EVERY, actions
        return
    patterns = [*resources.patterns]
    for template in statement.templates:
        text = fill(template, lambda key: (context.given(key) or (None,))[0])
        patterns.append(widest(template) if text is None else unshielded(text))
    narrowed = actions & _limitable()
    for pattern in patterns:
        service, kind, resource = place_of(pattern)
        bits = narrowed & _by_service().get(service, 0) if service else narrowed
        if service == "s3":
            bits &= _of_s3(pattern)
        if kind:
            if mask_of(bits, kind):
                yield kind, resource, bits
        else:
            for each in _kinds_in(bits):
                yield each, EVERY, bits


@lru_cache(maxsize=100_000)
def place_of(pattern: str) -> tuple[str, str, str]:
    """(service, kind, system) that a resource pattern points at; kind is empty where it may be any."""
    parts = pattern.split(":", 5)
    service = parts[2] if len(parts) > 2 else ""
    if not service or "*" in service or "?" in service:
        return "", "", EVERY
    if len(parts) < 6:
        return service, kind_of("aws", service), EVERY
    rest = parts[5]
    if service == "s3":
        bucket = rest.partition("/")[0]
        return service, "bucket", EVERY if bucket == "*" else f"{_S3_PREFIX}{bucket}"
    head = rest.replace("/", ":").partition(":")[0]
    kind = _kind_of_part(service, head)
    name = rest.removeprefix(head).lstrip(":/")
    whole = not rest.strip("*") or (name != "" and not name.strip("*"))
    if whole and all(part in ("", "*") or part.isdigit() or "-" in part for part in parts[3:5]):
        return service, kind, EVERY
    if service == "dynamodb" and "/" in name:
        rest = f"{head}/{name.partition('/')[0]}"
    elif service == "logs" and rest.endswith(":*"):
        rest = rest[:-2]
    elif service == "secretsmanager" and rest.endswith("-??????"):
        rest = f"{rest[:-7]}*"
    return service, kind, ":".join((*parts[:5], rest))


def _kind_of_part(service: str, head: str) -> str:
    for name in kind_by_service("aws"):
        prefix, colon, type_ = name.partition(":")
        if colon and prefix == service and (head == type_ or head.rstrip("*") == type_):
            return kind_of("aws", service, type_)
    return kind_of("aws", service)
