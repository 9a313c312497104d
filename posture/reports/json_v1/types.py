"""The types of the JSON document, from which its schema is made: they may only grow."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from posture.reports.json_v1.card_types import AgentCardV1
from posture.reports.json_v1.part import CLOSED, Words

Counts = dict[str, int]


class Part(BaseModel):
    model_config = CLOSED


class SchemaV1(Part):
    id: Literal["posture/assessment"]
    version: Literal["1-draft"]


class ToolV1(Part):
    name: Literal["posture"]
    version: str
    catalogue: str
    """Digest over checks, frameworks and reference data."""
    reference: dict[str, str]
    """Reference data and its date."""


class FrameworkV1(Part):
    id: str
    title: str
    version: str
    publisher: str
    official_ids: bool
    sha256: str
    counts: Counts


class RequestV1(Part):
    as_of: str | None
    as_of_from: str
    organisation: str
    scopes: Words
    settings: dict[str, str]
    """Settings that differ from their defaults."""


class InputV1(Part):
    file: str
    source: str
    outcome: Literal["read", "partial", "skipped", "failed", "absent"]
    why: str
    do: str
    sha256: str
    bytes: int
    collected_at: str | None = None


class CoverageV1(Part):
    scope: str
    table: str
    state: Literal["complete", "partial", "unread"]
    why: str | None = None
    would_help: str | None = None
    source: str
    file: str
    at: str


class InventoryV1(Part):
    identities: Counts
    """By class, those from outside included."""
    outside: Counts = {}
    """The part of `identities` that others issue, by class."""
    provider_owned: int
    """Identities that a provider made and runs; not among `identities`."""
    patterns: Counts = {}
    """By table: what policies name as a whole, such as every queue of an account; in no other number here,
    and reached as a system is."""
    agents: list[dict[str, Any]]
    tools: int
    """Their operations apart."""
    credentials: int
    systems: int
    """Those with a name of their own."""
    scopes: list[dict[str, Any]]
    conflicts: list[dict[str, Any]]


class ReachV1(Part):
    """What one origin may do alike to several systems."""

    origin: str
    certain: Words = []
    possible: Words = []
    """Left out where all of it is certain."""
    hops: int = 0
    systems: Words


class ChokeV1(Part):
    key: str
    name: str
    kind: Literal["node", "link"]
    share: float
    risk: float


class ListedV1(Part):
    listed: int
    all: int


class GraphV1(Part):
    lists: dict[str, ListedV1]
    """For paths, origins and reach: how many are listed here, heaviest first, of how many there are."""
    reach: list[ReachV1]
    chokes: list[ChokeV1]
    origins: list[dict[str, Any]]


class UnknownV1(Part):
    """What a check could not decide for one reason."""

    reason: str
    says: str
    severity: str
    example: str = ""
    scopes: Counts
    """How many subjects in each scope."""


class CheckV1(Part):
    id: str
    title: str
    severity: str
    action: str = ""
    """Class of the action that closes its gaps."""
    controls: Words
    """`framework/control` references, which hold for every finding of the check."""
    references: Words = []
    """Ids of the texts that speak to its controls."""
    gap: int
    clear: int
    unknown: int
    not_applicable: int
    accepted: int
    error: int
    expected: str = ""
    """What most of its findings expect; one that says something else carries it itself."""
    unknowns: list[UnknownV1]


class FindingV1(Part):
    """What is empty, false or zero is left out.

    Its controls are those of the entry in `checks` whose `id` is its `check`: said there once, since said in
    each finding they would be a fifth of a large document. Its source is that of the entry in `inputs` whose
    `file` is its `file`.
    """

    id: str
    check: str
    subject: str
    name: str | None = None
    noun: str
    scope: str = ""
    discriminator: str = ""
    result: Literal["gap", "accepted", "error"]
    severity: Literal["low", "medium", "high", "critical"]
    may_be_higher: bool = False
    observed: str
    expected: str = ""
    cause: str | None = None
    """What several findings have in common; left out where it is the subject itself."""
    owner: str | None = None
    due: str | None = None
    label: str = ""
    state: str
    first_seen: str | None = None
    last_seen: str | None = None
    file: str = ""
    at: str = ""
    actions: Words = []
    """Ids of the steps that close it."""


class ControlV1(Part):
    framework: str
    control: str
    title: str
    status: Literal["gap", "accepted", "expired", "partial", "clear", "attested", "unknown", "not applicable"]
    evidence: Literal["tool", "mixed", "human", "outside"]
    gaps: int
    clears: int
    unknowns: int
    because: str


class HopV1(Part):
    from_: str = Field(alias="from")
    to: str
    kind: str
    certain: bool
    because: str
    depends_on: str
    file: str
    at: str


class PathV1(Part):
    id: str
    route: str
    origin: str
    system: str
    classes: Words
    certain: bool
    transitions: int
    likelihood: float
    weight: float
    share: float
    assumed: bool
    others: int
    hops: list[HopV1]


class StepV1(Part):
    """What is empty or zero is left out; what its action says for most of its steps is said there."""

    n: int
    id: str
    action: str
    subject: str
    title: str
    lane: Literal["order", "control"]
    stage: int
    wave: int
    bundle: str | None = None
    """Shared by steps that were taken together; left out where it stands alone."""
    due: str | None = None
    label: str = ""
    effort: float
    disruption: float = 0
    gain: float = 0
    risk_after: float | None = None
    """Of steps in order."""
    finish: str | None = None
    at_risk: bool = False
    density: float = 0
    failure_mode: str | None = None
    why: str | None = None
    """Left out in the control lane, where the findings that it closes say it."""
    breaks: str = ""
    may_break: str | None = None
    proof: str | None = None
    how: str | None = None
    owner: str | None = None
    agents: int = 0
    systems: int = 0
    findings: Words = []
    needs: Words = []


class ActionV1(Part):
    """What holds for every step of a class of action that does not say otherwise."""

    steps: int
    failure_mode: str = ""
    proof: str = ""
    how: str = ""
    may_break: str = ""
    controls: Words = []
    """What its steps answer in the frameworks."""


class DegradedV1(Part):
    """A subject on which controls work only in part."""

    subject: str
    noun: str
    because: str


class PlanV1(Part):
    steps: list[StepV1]
    actions: dict[str, ActionV1]
    risk: dict[str, Any]
    immediate: Words
    """Ids of the steps that cannot wait."""


class DocumentV1(Part):
    """One assessment.

    What many entries share is said once: `findings[].check` is the `id` of an entry in `checks`, which has
    the controls and what is expected; `findings[].actions` and `plan.steps[].findings` are ids of each
    other; `plan.steps[].action` is a key of `plan.actions`; `file` is that of an entry in `inputs`.
    """

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True, title="posture assessment, version 1, draft"
    )

    schema_: SchemaV1 = Field(alias="schema")
    tool: ToolV1
    frameworks: list[FrameworkV1]
    request: RequestV1
    inputs: list[InputV1]
    coverage: list[CoverageV1]
    inventory: InventoryV1
    agent_cards: list[AgentCardV1] = []
    graph_summary: GraphV1
    checks: list[CheckV1]
    findings: list[FindingV1]
    controls: list[ControlV1]
    attestations: list[dict[str, Any]]
    exceptions: list[dict[str, Any]]
    paths: list[PathV1]
    plan: PlanV1
    score: dict[str, Any]
    trend: list[dict[str, Any]]
    limitations: Words
    degraded: list[DegradedV1] = []
    evidence: list[dict[str, Any]]
    digest: str
    """SHA-256 over the document without this field, keys sorted, without whitespace."""
