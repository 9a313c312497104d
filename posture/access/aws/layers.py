"""One layer of policies asked about one request: what it allows, what it denies, and on what that rests."""

from __future__ import annotations

from msgspec import Struct, field

from posture.access.aws.compile import Statement
from posture.access.aws.conditions import MAYBE, NO, YES, Doubt
from posture.access.aws.context import Context
from posture.access.aws.decision import Attached, Deciding, Layer, Level
from posture.access.aws.principals import Caller, Named


class Asked(Struct, frozen=True):
    """A request taken apart for matching; `action` is in lower case."""

    action: str
    service: str
    resource: str
    context: Context
    who: Caller


class Found(Struct):
    """What one layer says. `by_name` holds the allows of a resource policy by how they name the caller."""

    layer: Layer
    allow: int = NO
    deny: int = NO
    by_name: dict[Named, int] = field(default_factory=dict)
    allows: list[tuple[Attached, Statement, int]] = field(default_factory=list)
    denies: list[tuple[Attached, Statement, int]] = field(default_factory=list)
    allow_doubts: set[Doubt] = field(default_factory=set)
    deny_doubts: set[Doubt] = field(default_factory=set)

    def deciding_allows(self) -> list[Deciding]:
        """The statements that allow: the certain ones where there are any."""
        return [
            Deciding(self.layer, attached.name, statement, answer == YES)
            for attached, statement, answer in self.allows
            if answer == self.allow
        ]

    def deciding_denies(self) -> list[Deciding]:
        return [
            Deciding(self.layer, attached.name, statement, answer == YES)
            for attached, statement, answer in self.denies
            if answer == self.deny
        ]


def look(layer: Layer, level: Level, asked: Asked) -> Found:
    """What the policies of an identity-side layer say: inline, managed and group policies, boundary,
    session, SCP."""
    found = Found(layer)
    action, resource, context = asked.action, asked.resource, asked.context
    for attached in level:
        for statement in attached.document.about(asked.service):
            if not statement.covers_action(action):
                continue
            doubts: set[Doubt] = set()
            answer = statement.applies(resource, context, doubts)
            if answer:
                _note(found, attached, statement, answer, doubts)
    return found


def look_by_principal(layer: Layer, level: Level, asked: Asked) -> Found:
    """The same for policies that name principals: of a resource, of a VPC endpoint, and RCPs."""
    found = Found(layer)
    action, resource, context = asked.action, asked.resource, asked.context
    for attached in level:
        for statement in attached.document.about(asked.service):
            if not statement.covers_action(action):
                continue
            named = statement.names(asked.who)
            if not named and statement.doubt:
                named = Named.DIRECT
            if not named:
                continue
            doubts: set[Doubt] = set()
            answer = statement.applies(resource, context, doubts)
            if not answer:
                continue
            _note(found, attached, statement, answer, doubts)
            if statement.allows:
                found.by_name[named] = max(found.by_name.get(named, NO), answer)
    return found


def _note(found: Found, attached: Attached, statement: Statement, answer: int, doubts: set[Doubt]) -> None:
    if statement.allows:
        found.allows.append((attached, statement, answer))
        found.allow = max(found.allow, answer)
        if answer == MAYBE:
            found.allow_doubts |= doubts
    if statement.denies:
        found.denies.append((attached, statement, answer))
        found.deny = max(found.deny, answer)
        if answer == MAYBE:
            found.deny_doubts |= doubts
