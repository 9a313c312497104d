"""What a policy lets an identity do: policy documents in, links out."""

from __future__ import annotations

from posture.access.resolved import Resolved
from posture.estate.estate import Estate


def resolve(estate: Estate) -> Resolved:
    """What the identities of every provider in `estate` may do and become."""
    from posture.access.aws.resolve import resolve as resolve_aws

    return resolve_aws(estate)


def reference() -> dict[str, str]:
    """The dated tables that the answers rest on, by name; they belong in every report."""
    from posture.access.aws.reference import reference as aws_reference

    table = aws_reference()
    return {"aws-actions": f"{table.date} ({table.source})"}
