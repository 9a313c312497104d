"""What the first screen and the first page say: few small records, kept beside the tables of a run."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from posture.model.columns import Record


class Score(Record):
    """Where the controls stand, of what was given."""

    value: float | None = None
    """0 to 100 before ceilings; null where nothing was assessed."""
    shown: float | None = None
    """The value after ceilings."""
    low: float = 0.0
    high: float = 100.0
    coverage: float = 0.0
    """0 to 100: weighted share of applicable subjects that were assessed."""
    ceiling: float | None = None
    ceiling_because: str = ""
    provisional: bool = True
    """Below the coverage limit: print the range only."""
    of_all_value: float | None = None
    """The same over all checks of the catalogue, the ones without data counted as unknown."""
    of_all_low: float = 0.0
    of_all_high: float = 100.0


class Risk(Record):
    """Path risk: the sum over (route, origin, system) of the best way's weight."""

    total: float = 0.0
    low: float = 0.0
    high: float = 0.0
    """What unknown factors and possible paths span."""
    choked: bool = True
    """Whether choke points were looked for: in a thicket of ways they are not."""
    after_plan: float = 0.0
    floor: float = 0.0
    """What all actions together leave."""
    after_wave0: float = 0.0
    premium: float | None = None
    """Risk-hours that the rules on sequence cost against the order without them; null where not computed."""
    area: float = 0.0
    """Risk-hours under the burn-down curve."""
    burn: tuple[tuple[float, float], ...] = ()
    """(hours of work done, risk left) after each step."""


class Immediate(Record):
    """What cannot wait."""

    step: str
    title: str
    due: datetime | None
    due_in_hours: float | None
    label: str
    agents: int
    systems: int
    share: float
    why: str


class FrameworkCount(Record):
    """How many controls of a framework stand where."""

    framework: str
    title: str
    counts: dict[str, int]
    """Status word to number; only words that occur."""


class CheckRow(Record):
    """One check of the catalogue with its numbers."""

    id: str
    title: str
    severity: str
    action: str = ""
    """Class of the action that closes its gaps."""
    controls: tuple[str, ...]
    gap: int
    clear: int
    unknown: int
    not_applicable: int
    accepted: int
    error: int


class Change(Record):
    """One line of what changed since a baseline."""

    mark: str
    """+ new, - gone, ~ changed data or settings."""
    says: str


class Overview(Record):
    """One assessment in small."""

    organisation: str = ""
    as_of: datetime | None = None
    as_of_from: str = ""
    """option, SOURCE_DATE_EPOCH, newest collection, newest date in the data, or unknown."""
    version: str = ""
    catalogue: str = ""
    """Digest over the checks, frameworks and reference data used."""
    digest: str = ""
    """Digest over inputs and settings: the same run, the same digest."""
    scopes: dict[str, int] = Field(default_factory=dict)
    """Provider to number of scopes."""
    identities: dict[str, int] = Field(default_factory=dict)
    """Class to number, those from outside included, those of providers not."""
    outside: dict[str, int] = Field(default_factory=dict)
    """The part of `identities` that others issue: class to number."""
    provider_owned: int = 0
    """Identities of our scopes that a provider made and runs; in no other number."""
    agents: int = 0
    tools: int = 0
    systems: int = 0
    """Those with a name of their own."""
    patterns: dict[str, int] = Field(default_factory=dict)
    """Table to number of rows that stand for all of a kind, such as every queue of an account."""
    credentials: int = 0
    gaps: dict[str, int] = Field(default_factory=dict)
    """Severity word to number."""
    score: Score = Score()
    risk: Risk = Risk()
    immediate: tuple[Immediate, ...] = ()
    frameworks: tuple[FrameworkCount, ...] = ()
    checks: tuple[CheckRow, ...] = ()
    standing_destructive: float | None = None
    """Share of destructive permissions without an end, 0 to 1."""
    just_in_time: float | None = None
    """Share of what agents hold that is issued per run and dies with it, 0 to 1; not known counts as not."""
    blind: tuple[str, ...] = ()
    """What could not be seen, most harmful first."""
    assumptions: tuple[str, ...] = ()
    """Layers that the input does not hold, such as SCPs."""
    previous: str = ""
    """Id of the run of the workspace that this one follows; states and first dates rest on it."""
    changes: tuple[Change, ...] = ()
    baseline: str = ""
    """What `changes` is measured against."""
    errors: tuple[str, ...] = ()
    """Checks that raised, and a canary that was missed."""
    settings: dict[str, str] = Field(default_factory=dict)
    """Settings that differ from their defaults."""
    reference: dict[str, str] = Field(default_factory=dict)
    """Reference data and its date."""
