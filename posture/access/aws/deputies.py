"""Services that a policy lets in for whichever account sets them up: the confused deputies among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files

import polars as pl
import tomli
from msgspec import Struct

from posture.access.aws.actions import actions_of
from posture.access.aws.compile import RESOURCE, Statement, compile_policy
from posture.access.aws.context import Context, opened
from posture.access.aws.decision import Answer, Attached, Policies, Request
from posture.access.aws.effects import actions_by_class
from posture.access.aws.evaluate import evaluate
from posture.access.aws.places import place_of
from posture.estate.estate import Estate
from posture.model import keys
from posture.model.text import plain

_SERVICE = re.compile(r"(.+?)(\.[a-z]{2}(-[a-z]+)+-\d)?\.amazonaws\.com(\.cn)?")
_STRANGER = "000000000000"
"""An account that nobody has."""
_TRUST = "trust"
_TRIED = 3
"""So many actions of a class are asked about: a service is let in for few."""


class Deputy(Struct, frozen=True):
    """A service that a role or a resource lets in."""

    subject: str
    service: str
    """Empty where the policy could not be read."""
    open: bool | None
    """Whether it also lets in what another account has the service do; null where that is not known."""
    because: str


class _Table(Struct, frozen=True):
    """Which services act for many accounts, in one kind of policy."""

    shared: frozenset[str]
    own: frozenset[str]
    sources: Mapping[str, str]


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, _Table]:
    given = tomli.loads((files(__package__) / "deputies.toml").read_text("utf-8"))
    return {
        kind: _Table(
            frozenset(given[name]["shared"]),
            frozenset(given[name].get("own", ())),
            given[name].get("sources", {}),
        )
        for kind, name in ((_TRUST, "roles"), ("resource", "resources"))
    }


def deputies(estate: Estate) -> Iterator[Deputy]:
    """Every service that a role's trust or a resource's policy lets in, and what that leaves open.

    Services that take a role only from whoever may pass it inside its account are left out.
    """
    texts = dict(estate["documents"].select("key", "text").iter_rows())
    rows = estate["policies"].filter(pl.col("provider") == "aws", pl.col("attached_to").is_not_null())
    around = any(
        "aws:source" in (texts.get(key) or "").lower()
        for key in rows.filter(pl.col("kind") == "rcp")["document"].drop_nulls()
    )
    wanted = rows.filter(pl.col("kind").is_in(list(_tables()))).sort("attached_to", "key")
    for row in wanted.select("attached_to", "kind", "name", "key", "document").iter_rows(named=True):
        subject, text = row["attached_to"], texts.get(row["document"])
        if text is None:
            yield Deputy(subject, "", None, "")
        elif "service" in text.lower() and ":role/aws-service-role/" not in subject:
            for deputy in _let_in(subject, row["kind"], row["name"] or row["key"], text):
                # What an organisation asks of every request may close what the policy leaves open.
                yield (
                    deputy
                    if not (deputy.open and around)
                    else Deputy(subject, deputy.service, None, deputy.because)
                )


def _let_in(subject: str, kind: str, name: str, text: str) -> Iterator[Deputy]:
    attached = Attached(name, compile_policy(text, RESOURCE))
    for statement in attached.document.statements:
        if not statement.allows:
            continue
        if statement.principals is None:
            yield Deputy(subject, "", None, plain(statement.label))
            continue
        for service in sorted(statement.principals.services):
            found = _SERVICE.fullmatch(service)
            short = found[1] if found else service
            table = _tables()[kind]
            if short in table.own:
                continue
            answer = _for_a_stranger(subject, kind, service, short, statement, attached)
            if answer and short not in table.shared:
                answer = None
            yield Deputy(subject, plain(service), answer, plain(f"{keys.short(name)} / {statement.label}"))


def _for_a_stranger(
    subject: str, kind: str, service: str, short: str, statement: Statement, attached: Attached
) -> bool | None:
    """Whether the policy lets the service act for an account that nobody here knows."""
    context = _context(service, _tables()[kind].sources.get(short, short.partition(".")[0]))
    best: bool | None = False
    for action, resource in _asked(subject, kind, statement):
        request = Request(service, action, resource, context, keys.arn_account(subject))
        answer = evaluate(request, Policies(resource=(attached,))).answer
        if answer is Answer.ALLOWED:
            return True
        if answer is Answer.DEPENDS:
            best = None
    return best


def _asked(subject: str, kind: str, statement: Statement) -> Iterator[tuple[str, str]]:
    if kind == _TRUST:
        yield "sts:AssumeRole", subject
        return
    places = [subject, f"{subject}/x"] if place_of(subject)[0] == "s3" else [subject]
    for pattern in statement.resources.patterns if statement.resources else ():
        filled = pattern.replace("*", "x").replace("?", "x")
        if filled.startswith(subject) and filled not in places:
            places.append(filled)
    for _class, actions in actions_by_class(actions_of(statement), place_of(subject)[1]):
        for action in actions[:_TRIED]:
            yield from ((action, place) for place in places if statement.covers_resource(place, _ANY, set()))


_ANY = opened()


@lru_cache(maxsize=256)
def _context(service: str, source: str) -> Context:
    """A request that the service makes for a stranger, over TLS and from no network of ours."""
    arn = f"arn:aws:{source}:us-east-1:{_STRANGER}:stranger" if source != "s3" else "arn:aws:s3:::stranger"
    facts = {
        "aws:SourceAccount": _STRANGER,
        "aws:SourceOwner": _STRANGER,
        "aws:SourceArn": arn,
        "aws:SourceOrgID": "o-stranger00",
        "aws:SourceOrgPaths": ["o-stranger00/r-0000/"],
        "aws:PrincipalIsAWSService": "true",
        "aws:PrincipalServiceName": service,
        "aws:SecureTransport": "true",
        "aws:ViaAWSService": "false",
        "kms:CallerAccount": _STRANGER,
        "sts:ExternalId": "stranger",
    }
    return opened(facts).having(dict.fromkeys(("aws:sourceip", "aws:sourcevpc", "aws:sourcevpce")))
