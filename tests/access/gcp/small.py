"""A small organisation to ask: one folder, two projects, and whatever roles a test gives."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

from posture.access.gcp.resolve import resolve
from posture.access.resolved import Resolved
from posture.estate.estate import Estate
from posture.model.frames import frame

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
ORG, FOLDER, PROD, LAB = "gcp:organizations/7", "gcp:folders/70", "gcp:prod-app", "gcp:lab-app"
TARGET, OTHER, AWAY = (
    "serviceAccount:target@prod-app.iam.gserviceaccount.com",
    "serviceAccount:other@prod-app.iam.gserviceaccount.com",
    "serviceAccount:away@lab-app.iam.gserviceaccount.com",
)
DANA = "user:dana@corp.example"
_SCOPES = (
    (ORG, "organisation", None),
    (FOLDER, "folder", ORG),
    (PROD, "project", FOLDER),
    (LAB, "project", ORG),
)

Binding = tuple[str, str, list[str]]
"""Node, role, members; a fourth entry is the expression of a condition."""


def estate(
    *bindings: tuple[Any, ...],
    roles: Mapping[str, Iterable[str]] | None = None,
    denies: Iterable[tuple[str, Mapping[str, Any]]] = (),
    groups: Mapping[str, Iterable[str]] | None = None,
    systems: Mapping[str, tuple[str, ...]] | None = None,
    runs_as: Mapping[str, str] | None = None,
    off: Iterable[str] = (),
    extra: Iterable[Mapping[str, Any]] = (),
    **more: list[dict[str, Any]],
) -> Estate:
    """Roles are held as the bindings say; custom roles live in the scope that their name gives."""
    policies: list[dict[str, Any]] = []
    documents: dict[str, str] = {}

    def document(body: Mapping[str, Any]) -> str:
        text = json.dumps(body, sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()
        documents[key] = text
        return key

    for n, (node, role, members, *condition) in enumerate(bindings):
        body: dict[str, Any] = {"role": role, "members": members}
        if condition:
            body["condition"] = {"title": "limit", "expression": condition[0]}
        policies.append(
            {"key": f"{node}#{n}", "scope": node if node.startswith("gcp:") else PROD, "kind": "binding",
             "attached_to": node, "document": document(body)}
        )  # fmt: skip
    for role, permissions in (roles or {}).items():
        home = "gcp:" + role.partition("/roles/")[0].removeprefix("projects/")
        body = {"includedPermissions": list(permissions)}
        policies.append({"key": role, "scope": home, "kind": "role", "document": document(body)})
    for n, (node, rule) in enumerate(denies):
        policies.append(
            {"key": f"deny-{n}", "scope": node, "kind": "deny", "attached_to": node,
             "document": document({"rules": [rule]})}
        )  # fmt: skip
    identities = [
        {"key": key, "scope": PROD if "@prod-app" in key else LAB, "kind": "service-account",
         "enabled": key not in off, "provider_owned": False}
        for key in (TARGET, OTHER, AWAY)
    ]  # fmt: skip
    identities.append({"key": DANA, "scope": ORG, "kind": "user"})
    links = [
        {"kind": "member-of", "from": member, "to": group}
        for group, members in (groups or {}).items()
        for member in members
    ]
    links += [{"kind": "runs-as", "from": key, "to": account} for key, account in (runs_as or {}).items()]
    tables = {
        "scopes": [{"key": k, "kind": kind, "parent": parent} for k, kind, parent in _SCOPES],
        "identities": identities,
        "groups": [{"key": group, "scope": ORG} for group in groups or {}],
        "policies": policies + list(extra),
        "documents": [{"key": key, "text": text} for key, text in documents.items()],
        "links": links,
        "systems": [
            {"key": key, "scope": scope, "kind": kind, "state": state[0] if state else None}
            for key, (scope, kind, *state) in (systems or {}).items()
        ],
    }
    for name, rows in more.items():
        tables[name] = [*tables.get(name, []), *rows]
    for name in ("scopes", "identities", "groups", "policies", "systems"):
        tables[name] = [{"provider": "gcp", **row} for row in tables[name]]
    return Estate({name: frame(name, rows) for name, rows in tables.items()}, AS_OF)


def resolved(*bindings: tuple[Any, ...], **given: Any) -> Resolved:
    """What resolving the estate of these bindings gives; what is not listed does not exist."""
    return resolve(estate(*bindings, **given), complete=True)


def links(found: Resolved, kind: str, start: str = DANA) -> set[tuple[str, bool]]:
    """Where links of `kind` lead from `start`, and whether each is certain."""
    rows = found.links.filter(pl.col("kind") == kind, pl.col("from") == start)
    return set(rows.select("to", "certain").iter_rows())


def admin(found: Resolved, start: str = DANA) -> set[tuple[str, bool]]:
    """The scopes that `start` administers."""
    rows = found.links.filter(
        pl.col("kind") == "may-act",
        pl.col("from") == start,
        pl.col("to").str.ends_with(":control-plane"),
        (pl.col("classes") & 16) != 0,
    )
    return {
        (to.removesuffix(":control-plane"), sure) for to, sure in rows.select("to", "certain").iter_rows()
    }


def acts(found: Resolved, start: str = DANA) -> set[tuple[str, int, bool]]:
    """What `start` may do to systems."""
    rows = found.links.filter(pl.col("kind") == "may-act", pl.col("from") == start)
    return set(rows.select("to", "classes", "certain").iter_rows())
