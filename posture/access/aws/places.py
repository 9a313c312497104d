"""Which system, of which kind, a resource pattern points at."""

from __future__ import annotations

from functools import lru_cache

from posture.access.kinds import kind_by_service, kind_of
from posture.access.remembered import remembered

_S3_PREFIX = "arn:aws:s3:::"
_ACCESS_POINT = "accesspoint/"
EVERY = "*"
"""In the place of an ARN: every system of the kind in the account."""


@remembered(100_000)
def place_of(pattern: str) -> tuple[str, str, str]:
    """(service, kind, system) that a resource pattern points at; kind is empty where it may be any."""
    parts = pattern.split(":", 5)
    service = parts[2] if len(parts) > 2 else ""
    if not service or "*" in service or "?" in service:
        return "", "", EVERY
    if len(parts) < 6:
        return service, kind_of("aws", service), EVERY
    rest = parts[5]
    if service == "s3" and rest.startswith(_ACCESS_POINT) and parts[4]:
        name = rest.removeprefix(_ACCESS_POINT).partition("/")[0]
        point = ":".join((*parts[:5], f"{_ACCESS_POINT}{name}"))
        return service, "bucket", EVERY if name == "*" else point
    if service == "s3":
        bucket = rest.partition("/")[0]
        return service, "bucket", EVERY if bucket == "*" else f"{_S3_PREFIX}{bucket}"
    head = rest.replace("/", ":").partition(":")[0]
    kind = _kind_of_part(service, head)
    name = rest.removeprefix(head).lstrip(":/")
    whole = not rest.strip("*") or (name != "" and not name.strip("*"))
    if whole and all(part in ("", "*") or part.isdigit() or "-" in part for part in parts[3:5]):
        return service, kind, EVERY
    if service == "dynamodb" and "/" in name:
        rest = f"{head}/{name.partition('/')[0]}"
    elif service == "logs" and rest.endswith(":*"):
        rest = rest[:-2]
    elif service == "secretsmanager" and rest.endswith("-??????"):
        rest = f"{rest[:-7]}*"
    return service, kind, ":".join((*parts[:5], rest))


@lru_cache(maxsize=4096)
def _kind_of_part(service: str, head: str) -> str:
    for name in kind_by_service("aws"):
        prefix, colon, type_ = name.partition(":")
        if colon and prefix == service and (head == type_ or head.rstrip("*") == type_):
            return kind_of("aws", service, type_)
    return kind_of("aws", service)
