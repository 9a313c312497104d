"""Meeting a condition on tags by writing them first: one's own, or those of the role to be assumed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, product

from msgspec.structs import replace

from posture.access.aws.account import Account, Principal
from posture.access.aws.actor import Actor, Facts
from posture.access.aws.conditions import MAYBE, NO, YES, Test
from posture.access.aws.context import Values
from posture.access.aws.decision import Level
from posture.access.aws.gains import about, best_of, tags_of
from posture.access.aws.held import FREELY, NOT_HELD, Held
from posture.access.aws.match import fill, unshielded, variables_in
from posture.access.aws.sessions import assumed

_MOST = 64
"""Combinations of tags tried at most; beyond them the answer stays open."""
_OWN, _THEIRS = ("aws:principaltag/",), ("aws:resourcetag/", "iam:resourcetag/")
_PLAIN = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike"})

Tags = dict[str, str]


def after_tagging(actor: Actor, role: Principal, owner: Account | None) -> Held:
    """Whether `actor`, which may not assume `role` as things are, may once it has written tags."""
    own, theirs = _choices(actor, role)
    mine = actor.may_tag(actor.principal) and actor.principal.tags is not None
    others = actor.may_tag(role) and role.tags is not None
    if not mine and not others:
        return NOT_HELD
    best, tried = NOT_HELD, 0
    for ours, its in product(_sets(own if mine else {}), _sets(theirs if others else {})):
        tried += 1
        if tried > _MOST:
            break
        if ours or its:
            before = written(actor, actor.principal, ours).and_(written(actor, role, its))
            answer = before
            if before.answer:
                answer = before.and_(assumed(_tagged(actor, ours), with_tags(role, its), owner))
            best = answer if answer.answer > best.answer else best
        if best.answer == YES:
            return best
    if tried <= _MOST and best.answer == NO and all(_settled(test) for test in _tests(actor, role)):
        return NOT_HELD
    # A condition that no single value meets, such as one on the absence of a tag.
    open_ = Actor(replace(actor.principal, tags=None), actor.account) if mine else actor
    answer = assumed(open_, replace(role, tags=None) if others else role, owner)
    return answer.and_(Held(MAYBE, (), ("which tags it writes first",)))


def asked_of_targets(actor: Actor, action: str) -> list[Tags]:
    """The tags that allows of `action` ask of a target, in every combination but too many."""
    asked: dict[str, list[str]] = {}
    for statement in actor.statements():
        if statement.allows and statement.tests and statement.covers_action(action.lower()):
            for test in statement.tests:
                if test.key.startswith(_THEIRS):
                    values = filter(None, (_plain(value, actor) for value in test.values))
                    asked.setdefault(test.key.partition("/")[2], []).extend(values)
    return list(islice(filter(None, _sets(asked)), _MOST))


def on_tagged(actor: Actor, action: str, target: Principal, asked: list[Tags]) -> Held:
    """Whether `actor` may do `action` on `target` once it has written some of the tags `asked` on that."""
    if target.tags is None or not actor.may_tag(target):
        return NOT_HELD
    return best_of(
        written(actor, target, tags).and_(
            actor.may(action, target.arn, about(with_tags(target, tags), action))
        )
        for tags in asked
    )


def worth_writing(actor: Actor, levels: Iterable[Level]) -> Iterator[Tags]:
    """The tags of its own that some condition of `levels` asks for, in every combination but too many."""
    own: dict[str, list[str]] = {}
    for level in levels:
        for attached in level:
            for statement in attached.document.statements:
                for test in statement.tests:
                    if test.key.startswith(_OWN):
                        values = filter(None, (_plain(value, actor) for value in test.values))
                        own.setdefault(test.key.partition("/")[2], []).extend(values)
    yield from islice(filter(None, _sets(own)), _MOST)


def _plain(value: str, actor: Actor) -> str | None:
    """A text that a pattern meets; None where what stands for a variable in it is not known."""
    text = fill(value, lambda key: (actor.context.given(key) or (None,))[0])
    return None if text is None else unshielded(text).replace("*", "any").replace("?", "x")


def _choices(actor: Actor, role: Principal) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The values worth writing, by tag: for the actor and for the role."""
    own: dict[str, list[str]] = {}
    theirs: dict[str, list[str]] = {}
    for test in _tests(actor, role):
        name = test.key.partition("/")[2]
        for value in test.values:
            wanted = _plain(value, actor)
            if wanted is not None:
                (own if test.key.startswith(_OWN) else theirs).setdefault(name, []).append(wanted)
            given = (role.tags or {}).get(name) if test.key.startswith(_THEIRS) else None
            for key in variables_in(value) if given is not None else ():
                if key.startswith(_OWN):
                    own.setdefault(key.partition("/")[2], []).append(str(given))
    return own, theirs


def _tests(actor: Actor, role: Principal) -> Iterator[Test]:
    levels = (
        role.trust or (),
        actor.principal.identity,
        actor.principal.boundary or (),
        *(actor.account.scps or ()),
    )
    for level in levels:
        for attached in level:
            for statement in attached.document.about("sts"):
                yield from (test for test in statement.tests if test.key.startswith((*_OWN, *_THEIRS)))


def _settled(test: Test) -> bool:
    """Whether one of the values that it names is needed to meet it."""
    return test.operator in _PLAIN and not (test.negated or test.over or test.doubt)


def _sets(choices: dict[str, list[str]]) -> list[Tags]:
    names = sorted(choices)
    options = [[None, *dict.fromkeys(choices[name])] for name in names]
    return [
        {name: value for name, value in zip(names, values, strict=True) if value is not None}
        for values in product(*options)
    ]


def written(actor: Actor, target: Principal, tags: Tags) -> Held:
    """Whether `actor` may write `tags` on `target`."""
    if not tags:
        return FREELY
    facts: dict[str, Values | None] = {f"aws:requesttag/{name}": (value,) for name, value in tags.items()}
    asked: Facts = {**tags_of(target), **facts, "aws:tagkeys": tuple(tags)}
    return actor.may(f"iam:Tag{target.kind.capitalize()}", target.arn, asked)


def _tagged(actor: Actor, tags: Tags) -> Actor:
    return Actor(with_tags(actor.principal, tags), actor.account) if tags else actor


def with_tags(one: Principal, tags: Tags) -> Principal:
    """`one` with `tags` in the place of those of the same names."""
    kept = {name: value for name, value in (one.tags or {}).items() if name.lower() not in tags}
    return replace(one, tags={**kept, **tags}) if tags else one
