"""The least that a collector has to be allowed, made from the calls that the sources declare."""

from __future__ import annotations

from typing import Any

from posture.sources import registry

_ITSELF = {"aws": ("ec2:DescribeRegions",)}
"""What a collector asks for by itself: in which regions there is anything to ask."""


def permissions(provider: str, member_role: str = "") -> dict[str, Any]:
    """A read-only policy, or custom role, for every declared call of `provider`.

    With `member_role` also what it takes to act as the role of that name in other accounts of AWS.
    """
    needed = sorted(
        {
            *_ITSELF.get(provider, ()),
            *(
                permission
                for reader in registry.every()
                if reader.SOURCE.provider == provider
                for call in reader.SOURCE.calls
                for permission in call.permissions
            ),
        }
    )
    if provider == "aws":
        statement = {"Sid": "PostureReads", "Effect": "Allow", "Action": needed, "Resource": "*"}
        takes = {
            "Sid": "PostureEntersMembers",
            "Effect": "Allow",
            "Action": ["sts:AssumeRole"],
            "Resource": f"arn:aws:iam::*:role/{member_role}",
        }
        return {"Version": "2012-10-17", "Statement": [statement, takes] if member_role else [statement]}
    return {"title": "Posture reader", "stage": "GA", "includedPermissions": needed}
