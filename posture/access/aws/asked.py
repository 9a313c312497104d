"""The context in which a principal asks: whether it comes straight, and which policies it may make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache, reduce
from operator import or_

from msgspec.structs import replace

from posture.access.aws.account import Account, Principal, context_of
from posture.access.aws.actions import bit
from posture.access.aws.context import Context, Values
from posture.access.aws.decision import Answer, Policies, Request
from posture.access.aws.evaluate import evaluate
from posture.access.aws.shapes import fitted, is_of, new_arn
from posture.model.keys import arn_account

_ATTACHED = "iam:policyarn"

_STRAIGHT: Mapping[str, Values | None] = {
    "aws:viaawsservice": ("false",),
    "aws:calledvia": None,
    "aws:calledviafirst": None,
    "aws:calledvialast": None,
}
"""What is said of a request that its caller makes itself.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""


@lru_cache(maxsize=1)
def _on_its_behalf() -> int:
    """Actions by which somebody has a service make whatever requests with its own permissions."""
    actions = (
        "cloudformation:CreateStack",
        "cloudformation:UpdateStack",
        "cloudformation:ExecuteChangeSet",
        "elasticbeanstalk:CreateEnvironment",
        "elasticbeanstalk:UpdateEnvironment",
        "servicecatalog:ProvisionProduct",
        "servicecatalog:UpdateProvisionedProduct",
    )
    return reduce(or_, map(bit, actions))


def as_asked(principal: Principal, account: Account, policies: Policies, bits: int) -> Context:
    """The open context of requests by `principal`, whose policies allow somewhere the actions in `bits`."""
    found = context_of(principal, account)
    if not bits & _on_its_behalf():
        found = found.having(_STRAIGHT)
    if bits & bit("iam:CreatePolicy"):
        makeable = _makeable(principal, account, policies, found)
        among = {**found.among, _ATTACHED: (*found.among[_ATTACHED], *makeable)}
        found = replace(found, among=among)
    return found


def _makeable(principal: Principal, account: Account, policies: Policies, context: Context) -> Iterator[str]:
    """Policies that it may make under a name that its policies, or the limits on it, let it attach."""
    new = new_arn("iam:policy", account.id, partition=account.partition)
    levels = (policies.identity, policies.boundary or (), *(policies.scps or ()))
    tests = (t for level in levels for one in level for s in one.document.about("iam") for t in s.tests)
    values = {value for test in tests if test.key == _ATTACHED for value in test.values}
    for arn in sorted(fitted(value, new) for value in values):
        if is_of(arn, "iam:policy") and arn_account(arn) == account.id:
            request = Request(principal.arn, "iam:CreatePolicy", arn, context)
            if evaluate(request, policies).answer is Answer.ALLOWED:
                yield arn
