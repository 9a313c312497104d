"""Service accounts and their keys, as every tool prints them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from posture.model import keys
from posture.model.text import plain
from posture.sources.contract import Rows
from posture.sources.gcp import names
from posture.sources.gcp.answers import field, text
from posture.sources.gcp.members import account_rows
from posture.sources.times import moment

_KEY = re.compile(r"projects/(?P<project>[^/]+)/serviceAccounts/(?P<email>[^/]+)/keys/(?P<id>[^/]+)\Z")
_NEVER = 9999
"""The year that Google writes where a key has no end."""


def account(into: Rows, at: str, data: Mapping[str, Any], full: str = "") -> str:
    """The row of one service account with its other names; its key, empty where it has no address."""
    email = text(data.get("email")).lower() or names.last(text(data.get("name"))).lower()
    if "@" not in email:
        return ""
    given = names.account(email)
    project = text(field(data, "projectId")) or (given.project if given else "")
    columns: dict[str, Any] = {"enabled": data.get("disabled") is not True}
    if project and not project.startswith("projects/"):
        columns["scope"] = keys.gcp_scope(plain(project))
    key = account_rows(into, at, email, **columns)
    unique = str(field(data, "uniqueId") or "")
    others = [full, f"//iam.googleapis.com/projects/{project}/serviceAccounts/{email}"]
    if unique:
        others += [unique, f"//iam.googleapis.com/projects/{project}/serviceAccounts/{unique}"]
    for other in dict.fromkeys(one for one in others if one):
        into.add("aliases", at, key=key, alias=plain(other, 2048))
    return key


def key(into: Rows, at: str, data: Mapping[str, Any]) -> str:
    """The row of a key that somebody holds; the account's own project and address, or empty.

    Google keeps and replaces its own keys of every account, so that nobody holds them.
    """
    match = _KEY.search(text(data.get("name")))
    if match is None:
        return ""
    if field(data, "keyType") == "SYSTEM_MANAGED":
        return match["email"]
    made, ends = moment(field(data, "validAfterTime")), moment(field(data, "validBeforeTime"))
    email = match["email"].lower()
    name = names.key_name(match["project"], email, match["id"])
    into.add(
        "credentials",
        at,
        key=name,
        scope=keys.gcp_scope(plain(match["project"])) if match["project"] != "-" else "",
        provider="gcp",
        kind="service-account-key",
        name=f"key of {plain(email.partition('@')[0])}",
        enabled=data.get("disabled") is not True,
        created=made,
        rotated=made,
        **_ends(ends),
    )
    into.add("links", at, kind="authenticates", from_=name, to=keys.service_account(email))
    return email


def _ends(ends: datetime | None) -> dict[str, Any]:
    if ends is None:
        return {}
    return {"has_expires": False} if ends.year >= _NEVER else {"expires": ends}
