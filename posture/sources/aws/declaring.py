"""Declares a call with the file name and the permission that follow from its own name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.sources.contract import Call, called

_PREFIXES = {
    "accessanalyzer": "access-analyzer",
    "amp": "aps",
    "bedrock-agent": "bedrock",
    "bedrock-agentcore-control": "bedrock-agentcore",
    "efs": "elasticfilesystem",
    "opensearch": "es",
    "s3control": "s3",
    "sesv2": "ses",
    "stepfunctions": "states",
}
"""What IAM calls a service that the SDK calls otherwise."""


def asks(
    service: str,
    operation: str,
    *permissions: str,
    each: str = "",
    takes: Mapping[str, str] | None = None,
    regional: bool = True,
    **more: Any,
) -> Call:
    """A call of `service`, regional unless said otherwise.

    `each` names another call of the same service by its operation: `list_keys:/Keys/*`, or one of another
    service as `sts:get_caller_identity:`.
    `permissions` are only given where the provider's action is not called as the SDK calls it.
    """
    prefix, action = _PREFIXES.get(service, service), called(service, operation).partition(":")[2]
    parts = [service, operation.replace("_", "-")]
    parts += ["{item}"] if each else []
    parts += ["{region}"] if regional else []
    return Call(
        service,
        operation,
        permissions or (f"{prefix}:{action}",),
        "-".join(parts) + ".json",
        each=each if not each or each.count(":") > 1 else f"{service}:{each}",
        takes=takes or {},
        regional=regional,
        **more,
    )
