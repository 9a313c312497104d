"""What boundary, SCPs and denies leave of the actions that a principal is granted, before any resource."""

from __future__ import annotations

import re

from msgspec import Struct

from posture.access.aws.account import Account, Principal
from posture.access.aws.actions import actions_of, every_action
from posture.access.aws.compile import Document, Statement, widest
from posture.access.aws.conditions import MAYBE, NO, YES, Doubt
from posture.access.aws.context import Context
from posture.access.aws.decision import Level
from posture.access.aws.match import arn_glob
from posture.access.aws.places import EVERY, place_of
from posture.access.remembered import remembered


@remembered(100_000)
def allowing(document: Document) -> tuple[tuple[Statement, int], ...]:
    """The statements of `document` that allow known actions, with the set of those."""
    return tuple((s, bits) for s in document.statements if s.allows and (bits := actions_of(s)))


class Partial(Struct, frozen=True):
    """A deny of some actions that holds for some resources, or under some conditions."""

    actions: int
    statement: Statement
    words: str


class Limits(Struct, frozen=True):
    """Sets of actions: surely left and perhaps left by boundary and SCPs, surely denied; and what is denied
    in part."""

    certain: int
    possible: int
    denied: int
    partial: tuple[Partial, ...]
    doubts: tuple[str, ...]


def limits_of(principal: Principal, account: Account, context: Context) -> Limits:
    certain = possible = every_action()
    denied = 0
    partial: list[Partial] = []
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
                if met == YES and everywhere(statement):
                    denied |= actions_of(statement)
                elif met != NO:
                    words = f"denied in part by {attached.name} / {statement.label}"
                    partial.append(Partial(actions_of(statement), statement, words))
    return Limits(certain, possible, denied, tuple(partial), tuple(doubts))


def overlaps(statement: Statement, kind: str, resource: str) -> bool:
    """Whether a deny may bear on something that a grant on `resource` covers; in doubt it may."""
    resources = statement.resources
    if resources is None or statement.without_resources or resources.everything:
        return True
    return _names(statement, kind, resource)


def _names(statement: Statement, kind: str, resource: str) -> bool:
    patterns = statement.resources.patterns if statement.resources else ()
    for pattern in (*patterns, *(widest(template) for template in statement.templates)):
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


def everywhere(statement: Statement) -> bool:
    resources = statement.resources
    return resources is None or (resources.everything and not statement.without_resources)


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
            if met == YES and everywhere(statement):
                sure |= actions
    return sure, perhaps
