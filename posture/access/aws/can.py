"""One question about one principal of an estate: may it do this, why, and how to check the answer."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from posture.access.aws.account import context_of, policies_of
from posture.access.aws.context import normal
from posture.access.aws.decision import Decision, Level, Request
from posture.access.aws.evaluate import evaluate
from posture.access.aws.landscape import Reading, read
from posture.access.aws.quirks import TRUST_ACTIONS
from posture.estate.estate import Estate
from posture.model import keys
from posture.model.errors import UsageError


class Answered(Struct, frozen=True):
    """The decision, and the provider's own command that checks it; empty where its simulator cannot."""

    decision: Decision
    check_with: str


def can(
    estate: Estate, principal: str, action: str, resource: str, context: Mapping[str, object] | None = None
) -> Answered:
    """Whether the user or role with the ARN `principal` may do `action` on `resource`.

    `context` holds condition keys of the request; what neither it nor the estate settles leaves the
    answer open.
    UsageError where the estate holds no such principal.
    """
    reading = read(estate)
    who = reading.landscape.principals.get(principal)
    if who is None:
        raise UsageError(f"{principal} is no AWS user or role of the input; name one by its ARN")
    account = reading.landscape.accounts[who.account]
    given = context_of(who, account).having(dict(normal(context or {})))
    own, restricts = _policy_on(reading, action, resource)
    home = reading.landscape.accounts.get(_owner(reading, resource))
    policies = replace(policies_of(who, account, own, home), restricts_public=restricts)
    decision = evaluate(Request(principal, action, resource, given), policies)
    return Answered(decision, _simulator(principal, action, resource, context or {}))


def _policy_on(reading: Reading, action: str, resource: str) -> tuple[Level | None, bool | None]:
    """The policy of the resource itself, a role's trust or that of the system it is part of, and whether
    that holds the public out."""
    if action.lower() in TRUST_ACTIONS:
        return reading.landscape.trust_of(resource), False
    for key in (resource, resource.partition("/")[0]):
        if key in reading.resource_policies:
            return reading.resource_policies[key], reading.restricts_public.get(key, False)
    return None, False


def _owner(reading: Reading, resource: str) -> str:
    """The account of a resource, by its ARN or, where that has none, by who holds its policy."""
    return keys.arn_account(resource) or reading.owners.get(resource.partition("/")[0], "")


def _simulator(principal: str, action: str, resource: str, context: Mapping[str, object]) -> str:
    """The command that asks AWS for its own decision; its simulator knows neither SCPs nor trust policies."""
    words = [
        "aws", "iam", "simulate-principal-policy",
        "--policy-source-arn", principal, "--action-names", action, "--resource-arns", resource,
    ]  # fmt: skip
    if action.lower() in TRUST_ACTIONS:
        return ""
    if context:
        entries = [
            {
                "ContextKeyName": key,
                "ContextKeyValues": list(values),
                "ContextKeyType": "string" if len(values) == 1 else "stringList",
            }
            for key, values in sorted(normal(context).items())
        ]
        words += ["--context-entries", json.dumps(entries)]
    return shlex.join(words)
