"""One question about access, whoever's cloud it is: the decision, what it rests on, and how to check it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from posture.estate.estate import Estate
from posture.model.errors import UsageError


class Verdict(Struct, frozen=True):
    """The answer in the provider's words, with everything that led to it."""

    answer: str
    because: tuple[str, ...]
    """The deciding statements, each with its layer, policy and Sid or index."""
    depends_on: tuple[str, ...]
    """Condition keys in question, and which layer withholds or why nobody can say."""
    assumes: tuple[str, ...]
    check: str
    """The provider's own command that checks it; empty where it has none for such a question."""


def can(estate: Estate, principal: str, action: str, resource: str, context: Mapping[str, str]) -> Verdict:
    """Whether `principal` may do `action` on `resource`, in an open context but for what is given."""
    if principal.startswith("arn:"):
        from posture.access.aws.can import can as can_aws

        answered = can_aws(estate, principal, action, resource, context)
        decision = answered.decision
        return Verdict(
            answer=decision.answer.value,
            because=tuple(f"{one.layer.value}: {one.label}" for one in decision.deciding),
            depends_on=(*decision.keys, *decision.reasons),
            assumes=decision.assumes,
            check=answered.check_with,
        )
    raise UsageError(
        f"{principal}: access of this provider's identities cannot be asked yet; AWS principals can"
    )
