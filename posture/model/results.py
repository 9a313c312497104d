"""What an assessment finds, as tables: findings and unknowns, their tallies, controls, history, owners."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Literal

from posture.model.columns import Record
from posture.model.inputs import Conflict, Input, Provenance
from posture.model.steps import Step, StepFinding, StepNeed
from posture.model.ways import Choke, Hop, Origin, Path, Reach


class Result(StrEnum):
    """What one check says of one subject."""

    GAP = "gap"
    CLEAR = "clear"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"
    ACCEPTED = "accepted"
    ERROR = "error"


class Severity(IntEnum):
    """How bad a gap is; `weight` is what the check counts in the score."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """low, medium, high, critical."""
        return self.name.lower()

    @property
    def weight(self) -> int:
        """1, 2, 5, 10."""
        return {1: 1, 2: 2, 3: 5, 4: 10}[self.value]


class Status(StrEnum):
    """Where a control of a framework stands, in order of precedence."""

    GAP = "gap"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    PARTIAL = "partial"
    CLEAR = "clear"
    ATTESTED = "attested"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"


Unknowing = Literal[
    "no_source", "source_blind", "stale_source", "permission_denied", "field_missing",
    "baseline_first_run", "sample_too_small", "conditional",
]  # fmt: skip
"""Why a verdict could not be given."""

SeverityWord = Literal["low", "medium", "high", "critical"]


class Finding(Record):
    """A gap, accepted gap or error on one subject."""

    id: str
    """First 16 hexadecimal digits of SHA-256 over check, subject and discriminator; stable over runs."""
    check: str
    subject: str
    name: str | None = None
    """The subject's short name."""
    noun: str
    """Table that the subject is in."""
    scope: str = ""
    discriminator: str = ""
    result: Literal["gap", "accepted", "error"] = "gap"
    severity: SeverityWord
    may_be_higher: bool = False
    """Whether something unknown could raise the severity."""
    observed: str
    """What was seen, in one sentence."""
    expected: str = ""
    cause: str = ""
    """Findings with one cause are shown as one row; the subject where it stands alone."""
    owner: str | None = None
    due: datetime | None = None
    label: str = ""
    """Why it is due then: contain-now, rotate-now, 24 h, 7 d, 30 d, 90 d, track."""
    state: Literal["open", "triaged", "planned", "accepted", "resolved", "false-positive", "reopened"] = (
        "open"
    )
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    source: str = ""
    file: str = ""
    at: str = ""


class Unknown(Record):
    """What a check could not decide, in sums."""

    check: str
    scope: str = ""
    reason: Unknowing
    says: str
    """What is missing, and what would provide it."""
    subjects: int
    """How many; 1 with `subject` set to the scope where rows may be missing altogether."""
    example: str = ""
    """One subject."""
    severity: SeverityWord = "medium"


class Tally(Record):
    """The results of one check in numbers."""

    check: str
    gap: int = 0
    clear: int = 0
    unknown: int = 0
    not_applicable: int = 0
    accepted: int = 0
    error: int = 0
    degraded: int = 0
    """How many of the clear ones are subjects on which controls work only in part."""


class Degraded(Record):
    """A subject on which controls work only in part, so that clear says less there."""

    subject: str
    noun: str
    because: str


class ControlRow(Record):
    """One control of a framework that has a status of its own."""

    framework: str
    control: str
    title: str
    status: Literal["gap", "accepted", "expired", "partial", "clear", "attested", "unknown", "not applicable"]
    evidence: Literal["tool", "mixed", "human", "outside"]
    gaps: int = 0
    clears: int = 0
    unknowns: int = 0
    because: str = ""
    """What is missing for a better status, or why there is none."""


class OwnerGuess(Record):
    """Who answers for what a step or a finding is about, and how that is known."""

    subject: str
    owner: str
    confidence: Literal["certain", "high", "medium", "low"]
    """certain: declared; high: a tag, or stated of what it belongs to; medium: a code owner; low: a group."""
    reason: str
    stated: bool
    """Whether somebody stated it of the subject itself; a guess decides no check."""


class Seen(Record):
    """One finding as the runs of a workspace know it, whether it is still there or not."""

    finding: str
    check: str
    subject: str
    name: str | None = None
    noun: str = ""
    scope: str = ""
    severity: SeverityWord = "medium"
    state: Literal["open", "resolved", "unseen"]
    """unseen: it was not found, and nobody could have found it."""
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    returned: datetime | None = None
    """When it was last found again after it had been resolved."""


RESULTS: Mapping[str, type[Record]] = MappingProxyType(
    {
        "inputs": Input,
        "conflicts": Conflict,
        "provenance": Provenance,
        "findings": Finding,
        "unknowns": Unknown,
        "tallies": Tally,
        "degraded": Degraded,
        "reach": Reach,
        "paths": Path,
        "hops": Hop,
        "chokes": Choke,
        "origins": Origin,
        "steps": Step,
        "step_findings": StepFinding,
        "step_needs": StepNeed,
        "controls": ControlRow,
        "history": Seen,
        "owners": OwnerGuess,
    }
)
"""Every table of results by its name."""
