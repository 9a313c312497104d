"""Principals that nothing tells apart: what is worked out for a stand-in holds for every one of them.

An account holds far fewer sets of permissions than principals. Two of them with equal documents get equal
answers, unless some policy looks at who they are: by a condition, a variable, a trust that names one of
them, or a resource pattern that covers one of them, a group of its or a policy of its own. Such a one is
worked out by itself, and so is whoever is a single target of the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from posture.access.aws.account import Account, Landscape, Principal
from posture.access.aws.actions import actions_of, bit
from posture.access.aws.actor import Actor
from posture.access.aws.compile import Document, Statement, widest
from posture.access.aws.decision import Attached, Level
from posture.access.aws.escalate import Escalation
from posture.access.aws.found import Found, find
from posture.access.aws.gains import editable
from posture.access.aws.match import AnyOf, arn_glob, variables_in
from posture.access.remembered import remembered

_WHO = ("aws:principalarn", "aws:username", "aws:userid", "iam:policyarn")
"""Keys whose values differ between principals with equal documents and tags."""
_MARK = "\0"
"""Stands in no text of a source, and around the number of a policy that each principal calls its own way."""
_NUMBER = re.compile(f"{_MARK}[0-9]+{_MARK}")
_JOINING = bit("iam:AddUserToGroup")


class _Kind(Struct, eq=False):
    """Principals with equal documents, and one that stands for them and is none of them."""

    stand_in: Principal
    pointed_at: AnyOf
    """What their statements point at by pattern."""
    singled: set[str] = field(default_factory=set)
    found: Found | None = None
    told: tuple[tuple[str, ...], Found] | None = None
    """What was found last, in the words of principals whose policies have those names."""

    def has(self, principal: Principal) -> bool:
        """Whether nothing points at `principal` or at what is its own alone."""
        policies = (one.arn for one in principal.identity if one.arn and not _provided(one))
        return not any(self.pointed_at(arn) for arn in (principal.arn, *principal.groups, *policies))


class Alike:
    """What every principal of a landscape may do and become, worked out once per kind of them."""

    def __init__(self, landscape: Landscape, escalation: Escalation) -> None:
        self._landscape = landscape
        self._escalation = escalation
        self._kinds: dict[str, _Kind] = {}
        named = _named(landscape)
        for account in landscape.accounts.values():
            groups: dict[object, list[Principal]] = {}
            for principal in account.principals:
                if principal.name not in named:
                    groups.setdefault(_likeness(principal, account), []).append(principal)
            for members in groups.values():
                kind = self._kind(members[0], account) if len(members) > 1 else None
                near = [member for member in members if kind.has(member)] if kind is not None else []
                if kind is not None and len(near) > 1:
                    self._kinds |= dict.fromkeys((member.arn for member in near), kind)

    def of(self, principal: Principal) -> Found:
        """What `principal` may do and become."""
        kind = self._kinds.get(principal.arn)
        account = self._landscape.accounts[principal.account]
        if kind is None:
            return self._find(principal, account, set())
        if kind.found is None:
            kind.found = self._find(kind.stand_in, account, kind.singled)
        if principal.arn in kind.singled:
            return self._find(principal, account, set())
        names = tuple(one.name for one in principal.identity)
        if kind.told is None or kind.told[0] != names:
            kind.told = names, kind.found.worded(_words_of(principal))
        return kind.told[1]

    def _find(self, principal: Principal, account: Account, singled: set[str]) -> Found:
        return find(Actor(principal, account, singled), self._escalation)

    def _kind(self, first: Principal, account: Account) -> _Kind | None:
        """The kind of `first`; None where its policies or those of roles look at who somebody is."""
        statements = list(_bearing(first, account, self._landscape))
        if any(map(_tells_apart, statements)) or self._escalation.trusts.looks_at(account.id, _tells_apart):
            return None
        kind = _Kind(_stand_in(first), _patterns(statements))
        return kind if kind.has(kind.stand_in) else None


def _likeness(principal: Principal, account: Account) -> object:
    """Equal for principals of `account` with equal documents, limits and tags."""
    identity = tuple(
        (
            one.document.digest,
            number,
            one.arn if _provided(one) else bool(one.arn),
            bool(one.group),
            tuple(version.digest for version in account.versions.get(one.arn, ())),
        )
        for one, number in zip(principal.identity, _numbered(principal), strict=True)
    )
    boundary = principal.boundary
    return (
        principal.arn.rpartition("/")[0],
        identity,
        None if boundary is None else tuple((one.name, one.arn, one.document.digest) for one in boundary),
        None if principal.tags is None else tuple(sorted(principal.tags.items())),
        # Whoever may join groups gains by those that it is not in.
        principal.groups if _joins(principal) else bool(principal.groups),
    )


def _numbered(principal: Principal) -> list[str]:
    """What stands for the names of its policies, which others with the same documents call otherwise."""
    numbers: dict[str, int] = {}
    return [f"{_MARK}{numbers.setdefault(one.name, len(numbers))}{_MARK}" for one in principal.identity]


def _joins(principal: Principal) -> bool:
    return principal.kind == "user" and any(_lets_join(one.document) for one in principal.identity)


@remembered(100_000)
def _lets_join(document: Document) -> bool:
    return any(one.allows and actions_of(one) & _JOINING for one in document.statements)


def _provided(policy: Attached) -> bool:
    return ":iam::aws:policy/" in policy.arn


def _on_resources(landscape: Landscape) -> Iterator[Level]:
    """The resource control policies of every account, since a role of another one is guarded by its own, and
    the policies on workloads."""
    for account in landscape.accounts.values():
        yield from account.rcps or ()
        yield account.on_workloads


def _bearing(principal: Principal, account: Account, landscape: Landscape) -> Iterator[Statement]:
    """The statements that may decide about `principal`, now or after it changed its own permissions."""
    levels: list[Level] = [principal.identity, principal.boundary or ()]
    levels += account.scps or ()
    levels += _on_resources(landscape)
    if _joins(principal):
        levels += [group.policies for group in account.groups]
    documents = [one.document for level in levels for one in level]
    for one in editable(principal.identity, account.id):
        documents += account.versions.get(one.arn, ())
    for document in dict.fromkeys(documents):
        yield from document.statements


def _tells_apart(statement: Statement) -> bool:
    """Whether a statement looks at who asks, or writes what marks a policy's number here."""
    said = [statement.sid, statement.doubt, *statement.templates]
    for test in statement.tests:
        if test.key in _WHO:
            return True
        said += (test.key, test.doubt, test.unread, *test.values)
    return any(_MARK in text or any(key in _WHO for key in variables_in(text)) for text in said)


def _patterns(statements: list[Statement]) -> AnyOf:
    patterns: dict[str, None] = {}
    for one in statements:
        if one.resources is not None and not one.resources.everything:
            patterns |= dict.fromkeys((*one.resources.patterns, *map(widest, one.templates)))
    return AnyOf(patterns, arn_glob)


def _named(landscape: Landscape) -> frozenset[str]:
    """Names of users and roles, without account and path, that a trust or an organisation policy names."""
    levels = [role.trust or () for role in landscape.principals.values()]
    levels += _on_resources(landscape)
    found: set[str] = set()
    for document in {one.document for level in levels for one in level}:
        for statement in document.statements:
            for arn in statement.principals.arns if statement.principals else ():
                # Of a session, the role and the session's own name.
                found.update(arn.split("/")[1:])
    return frozenset(found)


def _words_of(principal: Principal) -> Callable[[str], str]:
    """Puts the names of the policies of `principal` in the place of their numbers."""
    names = {number: one.name for one, number in zip(principal.identity, _numbered(principal), strict=True)}
    return lambda text: (
        _NUMBER.sub(lambda found: names.get(found[0], found[0]), text) if _MARK in text else text
    )


def _stand_in(first: Principal) -> Principal:
    marked = (replace(one, name=name) for one, name in zip(first.identity, _numbered(first), strict=True))
    return replace(first, arn=f"{first.arn.rpartition('/')[0]}/{_MARK}", identity=tuple(marked))
