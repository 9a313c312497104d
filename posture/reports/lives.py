"""How long credentials still open something, where they come from, and how they are bound to a task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from math import inf
from typing import Any

from msgspec import Struct

ORIGINS = ("managed identity", "federated", "vault, dynamic", "vault, static", "hardcoded", "not known")
"""Where the value of a credential comes from, best first."""

BINDINGS = {
    "task": "task_bound",
    "environment": "environment_bound",
    "identity": "identity_bound",
    "approval": "approval_bound",
    "audience": "audience_bound",
    "sender": "sender_bound",
}
"""What a credential may be bound to, and the column that says so."""

_ISSUED = ("workload-token", "session")
_VAULTS = ("vault", "secret-manager", "keyring")
_FILES = ("file", "environment", "configuration")
_OPEN = ("at-rest", "internal", "public")


def dead(row: Mapping[str, Any], as_of: datetime | None) -> bool:
    """Whether it is switched off, proven not to work, or past its end."""
    over = row["expires"] is not None and as_of is not None and row["expires"] <= as_of
    return row["enabled"] is False or row["valid"] is False or over


def window(row: Mapping[str, Any], as_of: datetime | None) -> float | None:
    """Hours that a copy stolen now would work: infinite without an end, null where nobody says."""
    if row["expires"] is not None and as_of is not None:
        return max(0.0, float((row["expires"] - as_of).total_seconds()) / 3600)
    if row["ttl"] is not None:
        return float(row["ttl"]) / 3600
    # An access key has no end by nature.
    endless = row["has_expires"] is False or (row["has_expires"] is None and row["kind"] == "access-key")
    return inf if endless else None


def span(hours: float | None) -> str:
    """A window in words."""
    if hours is None:
        return "not known"
    if hours == inf:
        return "without end"
    if hours < 1:
        return f"{hours * 60:.0f} min"
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} d"


def origin(row: Mapping[str, Any]) -> str:
    """One of `ORIGINS`."""
    if row["kind"] == "federated-trust" or row["flow"] == "token-exchange":
        return "federated"
    if row["store"] in _VAULTS:
        return "vault, dynamic" if row["engine"] == "dynamic" else "vault, static"
    if row["store"] in _FILES or row["exposure"] in _OPEN:
        return "hardcoded"
    return "managed identity" if row["kind"] in _ISSUED else "not known"


def just_in_time(row: Mapping[str, Any]) -> bool | None:
    """Whether it is issued for one run or step and dies with it."""
    scope = None if row["granularity"] is None else row["granularity"] in ("run", "step")
    tests = (scope, row["revoked_at_task_end"])
    return False if False in tests else None if None in tests else True


class Timely(Struct, frozen=True):
    """Whether access is just in time: bound to its task, to its identity, and dead when the task ends."""

    task: bool | None
    identity: bool | None
    revoked: bool | None

    @property
    def word(self) -> str:
        """complete, partial, none, or not known."""
        tests = (self.task, self.identity, self.revoked)
        if all(tests):
            return "complete"
        if any(tests):
            return "partial"
        return "not known" if None in tests else "none"


def timely(rows: Iterable[Mapping[str, Any]]) -> Timely:
    """The three tests over all of `rows`: one that fails fails for all."""
    held = list(rows)
    return Timely(*(_all(held, name) for name in ("task_bound", "identity_bound", "revoked_at_task_end")))


def _all(rows: list[Mapping[str, Any]], column: str) -> bool | None:
    values = [row[column] for row in rows]
    if False in values:
        return False
    return True if values and None not in values else None


def said(answer: bool | None) -> str:
    """yes, no, or not known."""
    return "not known" if answer is None else "yes" if answer else "no"
