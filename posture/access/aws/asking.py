"""One AWS question over an estate: may this principal do this on that?"""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from posture.access.asking import Verdict
from posture.access.aws.account import context_of, policies_of
from posture.access.aws.decision import Request
from posture.access.aws.evaluate import evaluate
from posture.access.aws.landscape import read
from posture.estate.estate import Estate
from posture.model.errors import UsageError


def can(estate: Estate, principal: str, action: str, resource: str, context: Mapping[str, str]) -> Verdict:
    """The decision; the layers that the input does not hold are named as assumptions."""
    reading = read(estate)
    who = reading.landscape.principals.get(principal)
    if who is None:
        raise UsageError(f"{principal}: no such user or role was read; `posture assess -f json` lists them")
    account = reading.landscape.accounts[who.account]
    on_resource = reading.resource_policies.get(resource) or reading.landscape.trust_of(resource)
    open_context = context_of(who, account).having({key.lower(): (value,) for key, value in context.items()})
    decision = evaluate(
        Request(who.arn, action, resource, open_context), policies_of(who, account, on_resource)
    )
    return Verdict(
        answer=decision.answer.value,
        because=tuple(f"{one.layer.value}: {one.label}" for one in decision.deciding),
        depends_on=(*decision.keys, *decision.reasons),
        assumes=tuple(dict.fromkeys((*decision.assumes, *reading.assumptions))),
        check=_simulator(principal, action, resource, context),
    )


def _simulator(principal: str, action: str, resource: str, context: Mapping[str, str]) -> str:
    words = ["aws", "iam", "simulate-principal-policy", "--policy-source-arn", principal,
             "--action-names", action, "--resource-arns", resource]  # fmt: skip
    if context:
        words.append("--context-entries")
        words += [
            f"ContextKeyName={key},ContextKeyValues={value},ContextKeyType=string"
            for key, value in sorted(context.items())
        ]
    return shlex.join(words)
