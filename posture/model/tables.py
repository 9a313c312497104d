"""Every table of the estate, declared once: the frames, the validation and the published schema follow."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from posture.model.actors import Agent, Group, Identity, Memory, Run, Scope, Workflow
from posture.model.columns import Row
from posture.model.controls import (
    Approval,
    Document,
    Grant,
    Log,
    LogEvent,
    Permission,
    Policy,
    Safeguard,
)
from posture.model.credentials import Credential, Event, Exposure, Reader, Reference, Scan, Use
from posture.model.reachable import Link, System, Tool
from posture.model.records import Alias, CodeOwner, Coverage, Decision, Tag

TABLES: Mapping[str, type[Row]] = MappingProxyType(
    {
        "scopes": Scope,
        "identities": Identity,
        "groups": Group,
        "credentials": Credential,
        "agents": Agent,
        "tools": Tool,
        "systems": System,
        "policies": Policy,
        "documents": Document,
        "safeguards": Safeguard,
        "permissions": Permission,
        "references": Reference,
        "links": Link,
        "exposures": Exposure,
        "logs": Log,
        "log_events": LogEvent,
        "uses": Use,
        "readers": Reader,
        "events": Event,
        "grants": Grant,
        "workflows": Workflow,
        "memories": Memory,
        "runs": Run,
        "approvals": Approval,
        "scans": Scan,
        "decisions": Decision,
        "coverage": Coverage,
        "aliases": Alias,
        "tags": Tag,
        "code_owners": CodeOwner,
    }
)
"""Every table by its name, in the order in which reports show them."""
