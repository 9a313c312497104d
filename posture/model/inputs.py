"""What was looked at: files, places that a row was read from, and sources that say different things."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from posture.model.columns import Record


class Input(Record):
    """One file that was looked at."""

    file: str
    """Label, relative to what was named on the command line."""
    source: str = ""
    """Source that read it; empty where none did."""
    outcome: Literal["read", "partial", "skipped", "failed", "absent"]
    why: str = ""
    do: str = ""
    """What to do about it."""
    sha256: str = ""
    bytes: int = 0
    collected_at: datetime | None = None


class Conflict(Record):
    """Two sources say different things of one fact."""

    table: str
    key: str
    column: str
    kept: str
    kept_from: str
    other: str
    other_from: str
    lowers_risk: bool = False
    """Whether a declaration makes things look better than what was observed."""


class Provenance(Record):
    """One more place that a merged row was read from."""

    table: str
    key: str
    source: str
    file: str
    at: str
    collected_at: datetime | None = None
