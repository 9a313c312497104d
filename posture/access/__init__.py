"""What a policy lets an identity do: policy documents in, links out."""

from __future__ import annotations

from posture.access.resolved import Resolved
from posture.estate.estate import Estate


def resolve(estate: Estate) -> Resolved:
    """What the identities of every provider in `estate` may do and become."""
    from posture.access import gcp
    from posture.access.aws.resolve import resolve as resolve_aws
    from posture.access.resolved import together

    found = [resolve_aws(estate)]
    if gcp.concerned(estate):
        from posture.access.gcp.resolve import resolve as resolve_gcp

        found.append(resolve_gcp(estate))
    return together(found)


def forget() -> None:
    """Lets go of what was remembered of an estate's policies, once nobody asks about them any more."""
    from posture.access.remembered import forget as forget_texts

    forget_texts()


def reference() -> dict[str, str]:
    """The dated tables that the answers rest on, by name; they belong in every report."""
    from posture.access.aws.reference import reference as aws_reference
    from posture.access.gcp.reference import dated

    aws = aws_reference()
    date, source = dated()
    return {"aws-actions": f"{aws.date} ({aws.source})", "gcp-roles": f"{date} ({source})"}
