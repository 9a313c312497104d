"""Who is named in a policy, as identities and groups."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct, field

from posture.model import keys
from posture.model.text import plain
from posture.sources.contract import Rows
from posture.sources.gcp import names

ANYONE = ("allUsers", "allAuthenticatedUsers")
_CONVENIENCE = ("projectOwner:", "projectEditor:", "projectViewer:")
_CLUSTER = re.compile(r"serviceAccount:(?P<project>[^\[\]]+)\.svc\.id\.goog\[(?P<account>[^\[\]]+)\]\Z")
_POOL = re.compile(
    r"principal(?:Set)?://iam\.googleapis\.com/(?P<home>projects/[^/]+|locations)/.*?Pools/(?P<pool>[^/]+)/(?P<rest>.*)"
)
_LONGEST = 2048


def key_of(member: str) -> str:
    """Key of a member; empty for one that is deleted or stands for whoever holds a basic role."""
    if member.startswith(("deleted:", *_CONVENIENCE)):
        return ""
    # Addresses are compared without regard to case.
    kind, colon, name = member.partition(":")
    if kind in ("user", "serviceAccount", "group", "domain") and "[" not in member:
        return plain(f"{kind}{colon}{name.lower()}", _LONGEST)
    return plain(member, _LONGEST)


class Members(Struct):
    """Writes each member of a page once.

    `ours` holds the keys of all projects of an organisation that the page knows whole, else null: an account
    of any other project is then another's.
    """

    into: Rows
    organisation: str = ""
    ours: frozenset[str] | None = None
    _seen: set[str] = field(default_factory=set)

    def write(self, at: str, member: str) -> str:
        """Key of `member`, whose row is written the first time."""
        key = key_of(member)
        if not key or key in self._seen:
            return key
        self._seen.add(key)
        if key.startswith(("group:", "domain:")):
            self.into.add(
                "groups", at, key=key, scope=self.organisation, name=key.partition(":")[2], provider="gcp"
            )
        elif columns := self._identity(key):
            self.into.add("identities", at, key=key, provider="gcp", **columns)
        return key

    def _identity(self, key: str) -> dict[str, Any]:
        if cluster := _CLUSTER.match(key):
            return {
                "kind": "federated", "scope": names.scope(cluster["project"]), "name": cluster["account"],
                "attested": "kubernetes",
            }  # fmt: skip
        if key.startswith("serviceAccount:"):
            return self._account(key)
        if key.startswith("user:"):
            return {
                "kind": "user", "scope": self.organisation, "name": key.removeprefix("user:"),
                "class_": "human", "class_basis": "kind", "interactive": True,
            }  # fmt: skip
        if key in ANYONE:
            name = "anyone" if key == "allUsers" else "anyone with a Google account"
            return {"kind": "external", "name": name}
        pool = _POOL.match(key)
        if pool:
            home = names.scope(pool["home"]) if pool["home"] != "locations" else self.organisation
            return {
                "kind": "federated", "scope": home, "name": plain(f"{pool['pool']}/{pool['rest']}"),
                "pattern": key.startswith("principalSet:"),
            }  # fmt: skip
        return {"kind": "unknown", "name": names.last(key), "scope": self.organisation}

    def _account(self, key: str) -> dict[str, Any]:
        email = key.removeprefix("serviceAccount:")
        found = names.account(email)
        home = names.scope(found.project) if found else ""
        others = self.ours is not None and home not in self.ours and not (found and found.agent)
        return {
            "kind": "external" if others else "service-account",
            "scope": home,
            "name": email.partition("@")[0],
            "provider_owned": bool(found and found.agent),
        }


def account_rows(into: Rows, at: str, email: str, **columns: Any) -> str:
    """The row of one service account; its key."""
    key = keys.service_account(plain(email.lower()))
    found = names.account(email.lower())
    into.add(
        "identities",
        at,
        **{
            "key": key,
            "scope": names.scope(found.project) if found else "",
            "provider": "gcp",
            "kind": "service-account",
            "name": plain(email.partition("@")[0]),
            "provider_owned": bool(found and found.agent),
            **columns,
        },
    )
    return key
