"""Says of every account which sources were not read for it, so that silence never looks like health."""

from __future__ import annotations

from posture.sources import registry
from posture.sources.contract import Rows

_ACCOUNTS = ("account", "project", "subscription", "cluster", "tenant")


def say_unread(rows: Rows) -> None:
    """One coverage row per account, source and table that the account lacks."""
    accounts = {
        (row["key"], row.get("provider") or "")
        for row in rows.tables.get("scopes", ())
        if row.get("kind") in _ACCOUNTS
    }
    told = {(row["scope"], row["source"]) for row in rows.tables.get("coverage", ())}
    unread = [
        {
            "scope": scope,
            "table": table,
            "state": "unread",
            "why": f"not given: {reader.SOURCE.blind}",
            "would_help": reader.SOURCE.by_hand,
            "source": reader.SOURCE.id,
            "file": "",
            "at": "",
            "collected_at": None,
        }
        for scope, provider in sorted(accounts)
        for reader in registry.every()
        if reader.SOURCE.provider == provider and (scope, reader.SOURCE.id) not in told
        for table in reader.SOURCE.needs
    ]
    if unread:
        rows.tables.setdefault("coverage", []).extend(unread)
