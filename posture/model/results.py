"""What an assessment finds, as tables: findings, unknowns, reach, paths, choke points, steps, controls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from posture.model.columns import Record


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
Route = Literal["stolen-credential", "hijacked-agent", "supply-chain", "loose-trust", "human-use"]


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


class Reach(Record):
    """What one agent, identity or credential reaches: one row per system."""

    origin: str
    system: str
    certain: int
    """Mask of classes over certain links."""
    possible: int
    """Mask of classes over all links; certain is part of it."""
    hops: int = 0
    """Trust transitions of the shortest way."""


class Path(Record):
    """The best way from an origin to a system."""

    id: str
    route: Route
    origin: str
    system: str
    classes: int
    certain: bool
    transitions: int
    """1 for direct use, one more for each change of identity or delegation."""
    likelihood: float
    weight: float
    share: float
    """Part of the whole path risk."""
    assumed: bool = False
    """Whether a factor was assumed because it is not known."""
    others: int = 0
    """How many other ways there are, as far as counted."""


class Hop(Record):
    """One link on a path."""

    path: str
    n: int
    from_: str = Field(alias="from")
    to: str
    kind: str
    certain: bool
    because: str = ""
    depends_on: str = ""
    file: str = ""
    at: str = ""


class Choke(Record):
    """A node or link through which risk passes."""

    key: str
    """The node, or `FROM -> TO` of a link."""
    name: str = ""
    kind: Literal["node", "link"]
    share: float
    """(R - R without it) / R; for a credential as origin only."""
    risk: float


class Origin(Record):
    """Where an attack path starts."""

    key: str
    name: str = ""
    route: Route
    likelihood: float
    risk: float
    """Sum over its best ways."""
    blast: float
    """Blast radius: sum of value times permission over distinct systems."""
    blast_share: float
    systems: int
    assumed: str = ""
    """Factors that were assumed, in words."""


class Step(Record):
    """One action of the plan, in order."""

    n: int
    """Position in its lane, from 1."""
    id: str
    action: str
    """contain, rotate, replace, narrow-scope, ..."""
    subject: str
    name: str = ""
    title: str
    lane: Literal["order", "control"] = "order"
    stage: int = 0
    """0 contain-now public, 1 contain-now internal, 2 rotate-now, 3 the rest."""
    wave: int = 0
    bundle: str = ""
    """Shared by steps that were taken together."""
    due: datetime | None = None
    label: str = ""
    effort: float
    """Hours."""
    disruption: float = 0.0
    """Expected hours of outage times consumers."""
    gain: float = 0.0
    """Drop of path risk when it is done at its place."""
    risk_after: float = 0.0
    finish: datetime | None = None
    """When it is done, worked in order with the lanes and hours of the settings; null in the control lane."""
    at_risk: bool = False
    """Whether its date will have passed by then; containing counts as met at the revocation."""
    density: float = 0.0
    failure_mode: Literal["exposure", "post-authentication", "governance"] = "exposure"
    why: str
    """Why now, in one sentence."""
    breaks: str = ""
    """What it takes from an attacker."""
    may_break: str = ""
    """What may stop working."""
    proof: str = ""
    """How to show that it is done."""
    how: str = ""
    """The artefact or command."""
    owner: str | None = None
    findings: int = 0
    """How many findings it closes."""
    agents: int = 0
    """How many agents it concerns."""
    systems: int = 0
    """How many systems what it closes reaches."""


class StepFinding(Record):
    """Which step closes which finding."""

    step: str
    finding: str


class StepNeed(Record):
    """Which step must come before which, and by which rule."""

    step: str
    needs: str
    because: str = ""


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
