"""Whom a resource's own policy lets in from outside: other accounts, other organisations, anybody at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from posture.access.aws.account import Landscape
from posture.access.aws.actions import actions_of
from posture.access.aws.compile import compile_policy
from posture.access.aws.conditions import MAYBE, YES
from posture.access.aws.context import CHOSEN_BY_CALLER, Context, opened
from posture.access.aws.decision import Attached, Decision, Layer, Policies, Request
from posture.access.aws.evaluate import evaluate
from posture.access.aws.held import ANSWERS, NOT_HELD, Held
from posture.access.aws.looseness import ANY_TENANT, EXACT, of_principal
from posture.access.aws.narrowing import an_address_in, is_broad, parties
from posture.access.aws.outside import identity
from posture.access.aws.principals import Named, caller
from posture.access.aws.quirks import AT_POINT, BETWEEN, POINT, UNASKED
from posture.access.aws.reference import known_action, unknown_action_reason
from posture.access.aws.resource_side import PUBLIC, Guarded, by_class, places
from posture.model import keys
from posture.model.classes import Classes
from posture.model.text import plain

NOBODY, _SOMEBODY = "000000000000", "not-known"
"""An account that nobody has, and one that somebody has of whom nothing says who it is."""
_ELSEWHERE = "198.51.100.77"
"""An address that nobody's network has: it is kept for documentation (RFC 5737)."""
_ALL = compile_policy('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}')

_CANONICAL = "whose canonical id it is: of another account, or of a CloudFront identity"
_NETWORKS = 3
"""So many broad networks of one policy are tried."""
_UNKNOWN_ID = re.compile(r"A[A-Z]{2}A[A-Z0-9]{12,}")
"""What AWS leaves of a principal that is gone."""
_UNTOLD = ("aws:PrincipalArn", "aws:PrincipalTag/", "aws:PrincipalType", "aws:userid", "aws:username")
_CHOSEN = (
    *CHOSEN_BY_CALLER,
    "aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:principalarn", "aws:principaltag/",
    "aws:principaltype", "aws:referer", "aws:useragent", "aws:userid", "aws:username",
    "kms:encryptioncontextkeys", "kms:viaservice", "lambda:invokedviafunctionurl", "s3:authtype",
    "s3:signatureversion", "s3:x-amz-server-side-encryption", "sns:endpoint", "sns:protocol",
)  # fmt: skip
"""Keys that somebody from outside sets as it likes, in its account or in its request."""

Row = dict[str, Any]


class _Party(Struct, frozen=True):
    """Somebody from outside whom a policy names, or means."""

    key: str
    name: str
    scope: str
    principal: str
    organisation: str = "o-stranger00"
    doubt: str = ""
    """Why it may be nobody from outside."""


def strangers(landscape: Landscape, resource: Guarded) -> Iterator[tuple[Row, Row]]:
    """An identity row and may-act links for everybody from outside whom the policy lets in."""
    policies = Policies(
        identity=(Attached("its own account", _ALL),),
        resource=resource.level,
        scps=(),
        rcps=resource.home.rcps if resource.home else None,
        restricts_public=resource.restricts_public,
    )
    to_anyone = 0
    for party in _parties(landscape, resource):
        if untold := _unknown_actions(resource, party):
            yield _row(party), _link(resource, party, int(Classes.READ), False, "", False, untold)
        asking = _Asking(resource, party, policies, tuple(_contexts(resource, party)))
        bits, guarded = _named(resource, party)
        for one in by_class(resource, bits, places(resource, caller(party.principal)), asking.decided):
            certain = one.certain and not party.doubt
            if not one.mask & ~to_anyone:
                # What is open to anyone needs no saying of each.
                continue
            to_anyone |= one.mask if certain and party.key == PUBLIC else 0
            hangs_on = "; ".join(word for word in (*one.depends_on[:3], party.doubt) if word)
            because = "; ".join(one.because[:1])
            yield _row(party), _link(resource, party, one.mask, certain, because, guarded, hangs_on)


def _row(party: _Party) -> Row:
    return identity(party.key, "external", party.name, "") | {"scope": party.scope}


def _link(
    resource: Guarded, party: _Party, classes: int, certain: bool, because: str, guarded: bool, hangs_on: str
) -> Row:
    return {
        "kind": "may-act",
        "from": plain(party.key, 2048),
        "to": plain(resource.key, 2048),
        "classes": classes,
        "certain": certain,
        "breadth": ANY_TENANT if party.key == PUBLIC else EXACT,
        "guarded": guarded,
        "because": plain(because),
        "depends_on": None if certain else plain(hangs_on or "what the policy denies"),
    }


class _Asking(Struct, frozen=True):
    """What one party may do, however it comes."""

    resource: Guarded
    party: _Party
    policies: Policies
    contexts: tuple[Context, ...]

    def decided(self, action: str, place: str) -> Held:
        best = NOT_HELD
        for context in self.contexts:
            owner = self.resource.owner or _SOMEBODY
            request = Request(self.party.principal, action, place, context, owner)
            found = self._held(evaluate(request, self.policies))
            if found.answer > best.answer:
                best = found
            if best.answer == YES:
                break
        return best

    def _held(self, decision: Decision) -> Held:
        because = tuple(
            f"{keys.short(self.resource.key)} / {one.statement.label}"
            for one in decision.deciding
            if one.layer is Layer.RESOURCE and one.statement.allows
        )
        answer = ANSWERS[decision.answer]
        return Held(answer, because, (*decision.keys, *decision.reasons) if answer == MAYBE else ())


def _parties(landscape: Landscape, resource: Guarded) -> Iterator[_Party]:
    own = landscape.accounts.keys() | {resource.owner}
    between = AT_POINT if POINT in resource.key else BETWEEN.get(resource.service, "")
    accounts: set[str] = set()
    organisations: set[str] = set()
    arns: set[str] = set()
    canonical: set[str] = set()
    anyone = False
    for _, statement in resource.statements():
        named = statement.principals
        if not statement.allows or named is None:
            continue
        if named.everyone or named.excluding:
            anyone = True
            meant = parties(statement)
            accounts |= meant[0]
            organisations |= meant[1]
        if not named.excluding:
            accounts |= named.accounts
            arns |= {arn for arn in named.arns if not _UNKNOWN_ID.fullmatch(arn)}
            canonical |= named.canonical
    if anyone:
        unasked = between or UNASKED.get(resource.service, "")
        yield _Party(PUBLIC, "anyone", "", f"arn:aws:iam::{NOBODY}:user/stranger", doubt=unasked)
    doubt = between or ("" if resource.owner else "whose the resource is")
    for account in sorted(accounts - own):
        root = f"arn:aws:iam::{account}:root"
        yield _Party(root, f"account {account}", keys.aws_scope(account), root, doubt=doubt)
    for arn in sorted(arns):
        account = keys.arn_account(arn)
        # What a CloudFront distribution reads as is no party of its own.
        if account not in own and account != "cloudfront":
            yield _Party(arn, keys.short(arn), keys.aws_scope(account) if account else "", arn, doubt=doubt)
    for id_ in sorted(canonical):
        yield _Party(id_, f"canonical user {id_[:8]}", "", id_, doubt=_CANONICAL)
    ours = {account.organisation for account in landscape.accounts.values() if account.organisation}
    for name in sorted(organisations - ours):
        doubt = between or ("" if ours else f"whether {name} is the organisation that owns it")
        who = f"arn:aws:iam::{NOBODY}:user/member"
        yield _Party(f"aws:{name}", f"organisation {name}", f"aws:{name}", who, name, doubt)


def _contexts(resource: Guarded, party: _Party) -> Iterator[Context]:
    """The ways in which a party may come: straight, through a network of its own, from broad networks that
    the policy names, or by a service that acts for it."""
    account, organisation = keys.arn_account(party.principal), party.organisation
    facts: dict[str, Any] = {
        "aws:PrincipalAccount": account,
        "aws:PrincipalOrgID": organisation,
        "aws:PrincipalOrgPaths": f"{organisation}/r-0000/",
        "aws:PrincipalIsAWSService": "false",
        "aws:SecureTransport": "true",
        "aws:MultiFactorAuthPresent": "true",
        "aws:ViaAWSService": "false",
        "aws:SourceIp": _ELSEWHERE,
        "kms:CallerAccount": account,
    }
    among: dict[str, tuple[str, ...]] = {}
    if party.principal.endswith(":root"):
        among["aws:principalarn"] = tuple(_own_names(resource, account))
    else:
        facts["aws:PrincipalArn"] = party.principal
    network = {
        "aws:SourceVpc": "vpc-00000000000000000",
        "aws:SourceVpce": "vpce-00000000000000000",
        "aws:VpceAccount": account,
        "aws:VpceOrgID": organisation,
        "s3:DataAccessPointAccount": account,
        "s3:DataAccessPointArn": f"arn:aws:s3:us-east-1:{account}:accesspoint/stranger",
    }
    serving = {
        "aws:SourceAccount": account,
        "aws:SourceOwner": account,
        "aws:SourceArn": f"arn:aws:sns:us-east-1:{account}:stranger",
        "aws:SourceOrgID": organisation,
        "aws:SourceOrgPaths": f"{organisation}/r-0000/",
    }
    wide = [*filter(None, map(an_address_in, filter(is_broad, _networks(resource))))]
    for more in ({}, network, serving, *({"aws:SourceIp": address} for address in wide[:_NETWORKS])):
        given = facts | more
        absent = dict.fromkeys(key.lower() for key in (*network, *serving) if key not in given)
        yield replace(opened(given, _UNTOLD, among), chosen=_CHOSEN).having(absent)


def _own_names(resource: Guarded, account: str) -> Iterator[str]:
    """Principals of an account that the policy may mean, each wildcard filled in."""
    yield f"arn:aws:iam::{account}:user/somebody"
    for _, statement in resource.statements():
        for test in statement.tests:
            for value in test.values if test.key == "aws:principalarn" else ():
                if keys.arn_account(value) == account:
                    yield value.replace("*", "any").replace("?", "x")


def _networks(resource: Guarded) -> Iterator[str]:
    for _, statement in resource.statements():
        for test in statement.tests:
            if test.key == "aws:sourceip":
                yield from test.values


def _unknown_actions(resource: Guarded, party: _Party) -> str:
    """Why nobody can say what the policy allows a party: an action that the reference does not know."""
    who = caller(party.principal)
    for _, statement in resource.statements():
        if statement.allows and not statement.without_actions and statement.names(who) != Named.NOT:
            for action in sorted(statement.actions.exact):
                if not known_action(action):
                    return unknown_action_reason(action)
    return ""


def _named(resource: Guarded, party: _Party) -> tuple[int, bool]:
    """The actions that the policy allows a party, be it under conditions, and whether an external id or a
    source narrows one of them."""
    who = caller(party.principal)
    bits, guarded = 0, False
    for _, statement in resource.statements():
        if statement.allows and statement.names(who) != Named.NOT:
            bits |= actions_of(statement)
            guarded = guarded or of_principal(statement, anyone=False)[1]
    return bits, guarded
