"""What policies on resources let in or keep out, asked of the evaluation pair by pair."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from posture.access.aws.account import (
    Account,
    Landscape,
    Principal,
    context_of,
    home_context_of,
    policies_of,
)
from posture.access.aws.actions import actions_of
from posture.access.aws.compile import Statement
from posture.access.aws.conditions import MAYBE, NO, YES
from posture.access.aws.context import opened
from posture.access.aws.decision import Level, Policies, Request
from posture.access.aws.effects import actions_by_class
from posture.access.aws.evaluate import evaluate
from posture.access.aws.held import Held, held
from posture.access.aws.landscape import Reading
from posture.access.aws.match import arn_glob
from posture.access.aws.places import place_of
from posture.access.aws.principals import Caller, Named, caller
from posture.access.aws.quirks import RESOURCE_POLICY_DECIDES, UNSIGNED
from posture.access.aws.reference import reference
from posture.model import keys

PUBLIC = "*"
"""Key of whoever asks, with or without an account of AWS."""
_SINGLY = ("aws:principalarn", "aws:principaltag/", "aws:userid", "aws:username", "aws:principaltype")
"""Of what a policy may ask of whoever comes: that of which each principal has its own."""
_TRIED = 40
"""So many actions of a class are asked about before the answer is left open."""
_PLACES = 24
"""And so many places in a resource."""
_AFTER_DOUBT = 3
"""And so many once one of them is in doubt: the others of its class mostly are as well."""

_GOVERNED = (
    # https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html
    (re.compile(r"(arn:[^:]*:ecr:[^:]*:[^:]*):registry"), r"\1:repository/"),
    # https://docs.aws.amazon.com/glue/latest/dg/security_iam_resource-based-policy-examples.html
    (re.compile(r"(arn:[^:]*:glue:[^:]*:[^:]*):catalog"), r"\1:"),
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
    (re.compile(r"(arn:[^:]*:logs:[^:]*:[^:]*):resource-policy:.+"), r"\1:log-group:"),
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-resource-based-schemas.html
    (re.compile(r"(arn:[^:]*:schemas:[^:]*:[^:]*):registry/(.+)"), r"\1:schema/\2/"),
)
"""Places whose policy governs what bears other ARNs, and how those begin."""

Row = dict[str, Any]


class Reached(Struct, frozen=True):
    """Classes that a principal has on one resource, by all policies together."""

    mask: int
    certain: bool
    because: tuple[str, ...]
    depends_on: tuple[str, ...]


class Guarded(Struct, frozen=True, eq=False, dict=True):
    """A resource with a policy of its own."""

    key: str
    owner: str
    """Account that it belongs to; empty where nothing says."""
    level: Level
    restricts_public: bool | None = False
    """Of a bucket: whether S3 Block Public Access holds a public policy to its own account."""
    home: Account | None = None
    """The account that it belongs to, where the input holds it: its resource control policies bind."""

    @property
    def service(self) -> str:
        return place_of(self.key)[0]

    @property
    def kind(self) -> str:
        return place_of(self.key)[1]

    def statements(self) -> Iterator[tuple[str, Statement]]:
        for attached in self.level:
            for statement in attached.document.statements:
                yield f"{keys.short(self.key)} / {statement.label}", statement

    @cached_property
    def denies(self) -> tuple[Statement, ...]:
        return tuple(statement for _, statement in self.statements() if statement.denies)

    def leaves_it_to(self, account: str) -> bool:
        """Whether the account's own policies decide, but for what is denied here."""
        return self.service not in RESOURCE_POLICY_DECIDES or self._lets_in_all_of(account)

    def left(self, principal: Principal, account: Account, sure: int, maybe: int) -> tuple[int, int]:
        """What the denies leave of the actions that `principal` surely, and perhaps, may do here."""
        who = caller(principal.arn, bounded=principal.boundary is not None)
        for statement in self.denies:
            actions = actions_of(statement)
            if not actions & maybe or statement.names(who) == Named.NOT:
                continue
            context = home_context_of(principal, account)
            answer = MAYBE if statement.doubt else YES
            for test in statement.tests:
                answer = min(answer, test.holds(context, set()))
            if answer == NO:
                continue
            sure &= ~actions
            if answer == YES and self._wholly(statement):
                maybe &= ~actions
        return sure, maybe

    def _wholly(self, statement: Statement) -> bool:
        """Whether a statement covers the resource and everything in it."""
        resources = statement.resources
        if resources is None or statement.without_resources:
            return resources is None
        inside = (self.key, f"{self.key}/x") if self.service == "s3" else (self.key,)
        return all(resources(place) for place in inside)

    def _lets_in_all_of(self, account: str) -> bool:
        every = sum(1 << action.position for action in reference().services[self.service].actions)
        return any(
            s.allows
            and s.principals is not None
            and account in s.principals.accounts
            and not s.tests
            and not s.doubt
            and actions_of(s) & every == every
            for _, s in self.statements()
        )

    def named(self, landscape: Landscape) -> Iterator[Principal]:
        """The principals of the input that the policy names one by one, or by a condition on who comes."""
        found: dict[str, Principal] = {}
        for _, statement in self.statements():
            found |= {principal.arn: principal for principal in self._meant(landscape, statement)}
            if statement.allows and statement.principals is not None and not statement.principals.excluding:
                for arn in statement.principals.arns:
                    principal = landscape.principals.get(_role_of(arn))
                    if principal is not None:
                        found[principal.arn] = principal
        yield from found.values()

    def _meant(self, landscape: Landscape, statement: Statement) -> Iterator[Principal]:
        """Those of its own account whom a statement for everybody means by what they are."""
        named, account = statement.principals, landscape.accounts.get(self.owner)
        if not statement.allows or named is None or not named.everyone or named.excluding or account is None:
            return
        if any(test.key.startswith(_SINGLY) for test in statement.tests):
            for principal in account.principals:
                context = context_of(principal, account)
                if all(test.holds(context, set()) != NO for test in statement.tests):
                    yield principal

    def allowing(self) -> int:
        """The set of actions that some statement of the policy allows somebody."""
        found = 0
        for _, statement in self.statements():
            if statement.allows:
                found |= actions_of(statement)
        return found

    def for_everyone(self) -> int:
        """The set of actions that the policy allows everybody, be it under conditions."""
        found = 0
        for _, statement in self.statements():
            named = statement.principals
            if statement.allows and named is not None and named.everyone and not named.excluding:
                found |= actions_of(statement)
        return found

    def accounts(self, known: frozenset[str]) -> frozenset[str]:
        """Those of the accounts `known` that the policy lets decide for themselves."""
        found: frozenset[str] = frozenset()
        for _, statement in self.statements():
            named = statement.principals
            if statement.allows and named is not None:
                found |= known if named.everyone or named.excluding else named.accounts & known
        return found


def reached(principal: Principal, account: Account, resource: Guarded, bits: int) -> list[Reached]:
    """What `principal` may do on `resource` of the actions in `bits`, class by class."""
    context = context_of(principal, account)
    policies = replace(
        policies_of(principal, account, resource.level, resource.home),
        restricts_public=resource.restricts_public,
    )
    return by_class(
        resource,
        bits,
        places(resource, caller(principal.arn), principal.identity),
        lambda action, place: held(
            evaluate(Request(principal.arn, action, place, context, resource.owner), policies)
        ),
    )


def unsigned(resource: Guarded, bits: int) -> list[Reached]:
    """What anybody may do on `resource` without an identity, where its service takes such requests."""
    if resource.service not in UNSIGNED:
        return []
    context = opened({"aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "false"})
    rcps = resource.home.rcps if resource.home else None
    policies = Policies(resource=resource.level, rcps=rcps, restricts_public=resource.restricts_public)
    return by_class(
        resource,
        bits,
        places(resource, caller(PUBLIC)),
        lambda action, place: held(
            evaluate(Request(PUBLIC, action, place, context, resource.owner), policies)
        ),
    )


def by_class(
    resource: Guarded, bits: int, places: Sequence[str], decided: Callable[[str, str], Held]
) -> list[Reached]:
    found: list[Reached] = []
    for one, actions in actions_by_class(bits, resource.kind):
        best: Reached | None = None
        left = _TRIED
        for action in actions:
            left -= 1
            if left < 0:
                break
            for place in places[:_PLACES]:
                answer = decided(action, place)
                if answer.answer == YES:
                    best = Reached(one, True, answer.because, ())
                    break
                if answer.answer == MAYBE and best is None:
                    best = Reached(one, False, answer.because, answer.depends_on)
                    left = min(left, _AFTER_DOUBT)
            if best is not None and best.certain:
                break
        if best is None and (len(actions) > _TRIED or len(places) > _PLACES):
            many = "actions" if len(actions) > _TRIED else "places in it"
            best = Reached(one, False, (), (f"which of many {many} the resource's policy leaves",))
        if best is not None:
            found.append(best)
    return found


def places(resource: Guarded, who: Caller, identity: Level = ()) -> list[str]:
    """ARNs in the resource that statements about `who` on either side speak of, each wildcard filled in."""
    found = {resource.key: None, f"{resource.key}/x": None}
    governed = _governed(resource.key)
    if governed:
        found[f"{governed}x"] = None
    statements = [
        one for _, one in resource.statements() if one.allows and (one.doubt or one.names(who) != Named.NOT)
    ]
    for attached in identity:
        statements += attached.document.statements
    for statement in statements:
        for pattern in statement.resources.patterns if statement.resources else ():
            filled = pattern.replace("*", "x").replace("?", "x")
            inside = filled.startswith(resource.key) or (governed and filled.startswith(governed))
            if inside and arn_glob(pattern)(filled):
                found[filled] = None
    return list(found)


def _governed(key: str) -> str:
    """How the ARNs begin that a policy on `key` speaks of, where they do not begin as its own."""
    return next((template.sub(to, key) for template, to in _GOVERNED if template.fullmatch(key)), "")


def _role_of(arn: str) -> str:
    who = caller(arn)
    return who.role_arn or arn


def guarded(reading: Reading) -> list[Guarded]:
    """The resources with a policy, of kinds that are known."""
    accounts = reading.landscape.accounts
    found = []
    for key, level in sorted(reading.resource_policies.items()):
        owner = reading.owners.get(key, "")
        held = reading.restricts_public.get(key, False)
        found.append(Guarded(key, owner, level, held, accounts.get(owner)))
    return [resource for resource in found if resource.kind]


def listed(reading: Reading) -> Iterator[Guarded]:
    """The buckets with an access control list, as if its grants were a policy of the bucket.

    S3 ignores a list that grants everybody where it is told to, just as it restricts a policy.
    """
    for key, owner, level, ignored in reading.lists:
        yield Guarded(key, owner, level, ignored, reading.landscape.accounts.get(owner))
