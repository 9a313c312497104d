"""Settings that decide who gets in: of machines, their projects and the organisation, and buckets of code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posture.model.text import plain
from posture.sources.gcp.answers import dig, field, objects, text

_CONSTRAINT = re.compile(
    r"//orgpolicy\.googleapis\.com/(?P<home>(?:projects|folders|organizations)/[^/]+)/policies/(?P<name>[^/]+)\Z"
)
_YES = ("true", "yes", "y", "1")
"""How a metadata value says yes, in any case.
https://cloud.google.com/compute/docs/metadata/setting-custom-metadata"""


_EVERYTHING = "https://www.googleapis.com/auth/cloud-platform"
"""The access scope that opens every API.
https://cloud.google.com/compute/docs/access/service-accounts"""


def of_machine(data: Mapping[str, Any]) -> dict[str, bool]:
    """What its metadata say of logins, whether it has an address outside, and what its token opens."""
    told = _of_metadata(data.get("metadata"))
    scopes = dig(data, "serviceAccounts.scopes")
    if scopes:
        told["whole-token"] = _EVERYTHING in scopes
    faces = objects(field(data, "networkInterfaces"))
    if faces:
        # An address that changes is only there while the machine runs.
        told["outside-address"] = any(dig(faces, "accessConfigs") + dig(faces, "ipv6AccessConfigs"))
    return told


def of_project(data: Mapping[str, Any]) -> dict[str, bool]:
    """What the metadata that all machines of a project share say of logins."""
    told = _of_metadata(field(data, "commonInstanceMetadata"))
    return {name: told[name] for name in ("os-login",) if name in told}


def _of_metadata(metadata: Any) -> dict[str, bool]:
    items = objects(metadata.get("items")) if isinstance(metadata, Mapping) else []
    given = {text(item.get("key")): str(item.get("value")).lower() in _YES for item in items}
    told = {}
    if "enable-oslogin" in given:
        told["os-login"] = given["enable-oslogin"]
    told["project-keys"] = not given.get("block-project-ssh-keys", False)
    return told


def bucket(data: Mapping[str, Any], path: str) -> str:
    """The bucket that a field names as `gs://NAME/...` or by its name alone; empty where it names none."""
    named = next((text(one) for one in dig(data, path)), "") if path else ""
    name = named.removeprefix("gs://").partition("/")[0]
    return f"//storage.googleapis.com/{plain(name)}" if name else ""


def api(full: str, data: Mapping[str, Any]) -> dict[str, bool]:
    """The API that a project has switched off; nothing for one that is on."""
    return {f"api:{plain(full.rpartition('/')[2])}": False} if data.get("state") == "DISABLED" else {}


def constraint(full: str, data: Mapping[str, Any]) -> tuple[str, dict[str, bool | None]] | None:
    """Where a constraint that is on or off stands, and what it says; null for any other.

    One that depends on tags says nothing, and still stands in place of what lies above.
    """
    match = _CONSTRAINT.match(full)
    spec = data.get("spec")
    if match is None or not isinstance(spec, Mapping):
        return None
    rules = objects(spec.get("rules"))
    if spec.get("reset") is True:
        return match["home"], {match["name"]: False}
    if not rules or any("enforce" not in rule for rule in rules):
        return None
    open_ = any(rule.get("condition") for rule in rules)
    return match["home"], {match["name"]: None if open_ else rules[0]["enforce"] is True}
