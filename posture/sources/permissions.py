"""The least that a collector has to be allowed, made from the calls that the sources declare."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from posture.model.errors import UsageError
from posture.sources import registry

_ITSELF = {"aws": ("ec2:DescribeRegions",)}
"""What a collector asks for by itself: in which regions there is anything to ask."""
_LONGEST = 1800
_LISTING = re.compile(r"([\w-]+:(?:List|Describe))")


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
    if not needed:
        raise UsageError(f"provider {provider}: no source declares a call to it; choose aws or gcp")
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


def session_policies() -> tuple[tuple[frozenset[str], str], ...]:
    """What sessions in a member account are held to, whatever its role may do: reading, as text.

    A session policy may have 2,048 characters at most, and may be refused below that as well, so that each
    session serves some of the SDK's services, and several listings of one service share a wildcard. What
    hands out content is always named in full.
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    needed: dict[str, set[str]] = {"ec2": set(_ITSELF["aws"])}
    for reader in registry.every():
        for call in reader.SOURCE.calls if reader.SOURCE.provider == "aws" else ():
            if call.service != "organizations":
                needed.setdefault(call.service, set()).update(call.permissions)
    packs: list[tuple[frozenset[str], str]] = []
    for service in sorted(needed):
        services = frozenset({service})
        if packs and len(_session_policy(together := packs[-1][0] | services, needed)) <= _LONGEST:
            packs.pop()
            services = together
        packs.append((services, _session_policy(services, needed)))
    return tuple(packs)


def _session_policy(services: frozenset[str], needed: Mapping[str, set[str]]) -> str:
    actions = set[str]().union(*(needed[service] for service in services))
    shared = Counter(match[1] for action in actions if (match := _LISTING.match(action)))
    short = sorted(
        {
            f"{match[1]}*" if (match := _LISTING.match(action)) and shared[match[1]] > 1 else action
            for action in actions
        }
    )
    statement = {"Effect": "Allow", "Action": short, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))
