"""Answers of calls that nothing describes: what names itself by an ARN and a role beside it is a workload."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from posture.model import keys
from posture.model.text import plain
from posture.sources.aws.accounts import scope_of, stated_account
from posture.sources.aws.answers import Recorded, unpacked
from posture.sources.aws.listed import runs_as
from posture.sources.contract import Page, Rows

_ROLE = re.compile(r"arn:[\w-]+:iam::\d{12}:(role(?!/aws-service-role/)|instance-profile)/\S+\Z")
"""Nothing runs its own code as a service-linked role."""
_DEEPEST = 6


def read_unlisted(page: Page, answer: Recorded, into: Rows) -> None:
    """A system of no known kind, and its link to each role that it names; nothing is said of coverage."""
    account = stated_account(page)
    for at, entry in _entries(unpacked(answer.body), answer.at):
        key = _own_arn(entry)
        roles = list(_roles(entry, at, 0))
        if not key or not roles:
            continue
        scope = scope_of(key, account)
        into.add("systems", at, key=key, scope=scope, provider="aws", kind="other", name=keys.short(key))
        for place, role in roles:
            runs_as(into, place, key, role, scope)


def _entries(body: Any, at: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(body, Mapping):
        return
    yield at, body
    for name, value in body.items():
        if isinstance(value, Mapping):
            yield f"{at}/{name}", value
        for n, entry in enumerate(value if isinstance(value, list) else ()):
            if isinstance(entry, Mapping):
                yield f"{at}/{name}/{n}", entry


def _own_arn(entry: Mapping[str, Any]) -> str:
    # A resource names itself in a field of its own level; roles, keys and networks stand there as well.
    for name, value in entry.items():
        parts = keys.arn_parts(value) if isinstance(value, str) else None
        if parts and name.lower().endswith("arn") and parts[1] not in ("iam", "kms", "ec2", "logs", "sns"):
            return plain(str(value), 2048)
    return ""


def _roles(value: Any, at: str, depth: int, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if _ROLE.match(value) and ("role" in name.lower() or "profile" in name.lower()):
            yield at, value
    elif depth < _DEEPEST and isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _roles(inner, f"{at}/{key}", depth + 1, str(key))
    elif depth < _DEEPEST and isinstance(value, list):
        for n, inner in enumerate(value):
            yield from _roles(inner, f"{at}/{n}", depth + 1, name)
