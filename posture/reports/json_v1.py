"""The assessment for audits and machines, as JSON. These types are the schema: they may only grow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, BinaryIO, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from posture import __version__
from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.model.classes import Classes
from posture.reports.canonical import digest, plain_value, records, text
from posture.reports.registry import Format

FORMAT = Format(id="json", suffix=".json", title="everything, for audits and machines")
SCHEMA = "posture/assessment"
VERSION = "1-draft"

Words = list[str]
Counts = dict[str, int]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


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
    """By class."""
    provider_owned: int
    agents: list[dict[str, Any]]
    tools: int
    credentials: int
    systems: int
    scopes: list[dict[str, Any]]
    conflicts: list[dict[str, Any]]


class ReachV1(Part):
    origin: str
    system: str
    certain: Words
    possible: Words
    hops: int


class ChokeV1(Part):
    key: str
    name: str
    kind: Literal["node", "link"]
    share: float
    risk: float


class GraphV1(Part):
    reach: list[ReachV1]
    chokes: list[ChokeV1]
    origins: list[dict[str, Any]]


class CheckV1(Part):
    id: str
    title: str
    severity: str
    controls: Words
    gap: int
    clear: int
    unknown: int
    not_applicable: int
    accepted: int
    error: int
    unknowns: list[dict[str, Any]]


class FindingV1(Part):
    id: str
    check: str
    subject: str
    name: str | None = None
    noun: str
    scope: str
    discriminator: str
    result: Literal["gap", "accepted", "error"]
    severity: Literal["low", "medium", "high", "critical"]
    may_be_higher: bool
    observed: str
    expected: str
    cause: str
    owner: str | None = None
    due: str | None = None
    label: str
    state: str
    first_seen: str | None = None
    last_seen: str | None = None
    source: str
    file: str
    at: str
    controls: Words
    actions: Words


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
    n: int
    id: str
    action: str
    subject: str
    name: str
    title: str
    lane: Literal["order", "control"]
    stage: int
    wave: int
    bundle: str
    due: str | None = None
    label: str
    effort: float
    disruption: float
    gain: float
    risk_after: float
    density: float
    failure_mode: str
    why: str
    breaks: str
    may_break: str
    proof: str
    how: str
    owner: str | None = None
    agents: int
    systems: int
    findings: Words
    needs: Words


class PlanV1(Part):
    steps: list[StepV1]
    risk: dict[str, Any]
    immediate: Words
    """Ids of the steps that cannot wait."""


class DocumentV1(Part):
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
    evidence: list[dict[str, Any]]
    digest: str
    """SHA-256 over the document without this field, keys sorted, without whitespace."""


def schema() -> dict[str, Any]:
    """The JSON schema of the document, as `posture schema` prints it."""
    made = DocumentV1.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def write(assessment: Assessment, frameworks: Frameworks, out: BinaryIO) -> None:
    """The whole document; the same assessment gives the same bytes."""
    out.write(text(document(assessment, frameworks)))


def document(assessment: Assessment, frameworks: Frameworks) -> dict[str, Any]:
    """The document as plain values, its digest included."""
    overview = assessment.overview
    made: dict[str, Any] = {
        "schema": {"id": SCHEMA, "version": VERSION},
        "tool": {
            "name": "posture",
            "version": overview.version or __version__,
            "catalogue": overview.catalogue,
            "reference": dict(overview.reference),
        },
        "frameworks": _frameworks(assessment, frameworks),
        "request": {
            "as_of": plain_value(overview.as_of),
            "as_of_from": overview.as_of_from,
            "organisation": overview.organisation,
            "scopes": sorted(assessment.frame("scopes")["key"].to_list()),
            "settings": dict(overview.settings),
        },
        "inputs": records(assessment.frame("inputs")),
        "coverage": records(assessment.frame("coverage"), without=("collected_at",)),
        "inventory": _inventory(assessment),
        "graph_summary": _graph(assessment),
        "checks": _checks(assessment),
        "findings": _findings(assessment),
        "controls": records(assessment.frame("controls")),
        "attestations": _decisions(assessment, "attestation"),
        "exceptions": _decisions(assessment, "exception", "acceptance", "false-positive"),
        "paths": _paths(assessment),
        "plan": _plan(assessment),
        "score": plain_value(overview.score.model_dump()),
        "trend": [change.model_dump() for change in overview.changes],
        "limitations": [*overview.errors, *overview.blind, *overview.assumptions],
        "evidence": _evidence(assessment),
    }
    return {**made, "digest": digest(made)}


def _frameworks(assessment: Assessment, frameworks: Frameworks) -> list[dict[str, Any]]:
    rows = []
    for counted in assessment.overview.frameworks:
        framework = frameworks.framework(counted.framework)
        rows.append(
            {
                "id": framework.id,
                "title": framework.title,
                "version": framework.version,
                "publisher": framework.publisher,
                "official_ids": framework.official_ids,
                "sha256": framework.sha256,
                "counts": dict(counted.counts),
            }
        )
    return rows


def _inventory(assessment: Assessment) -> dict[str, Any]:
    overview = assessment.overview
    provenance = ("collected_at", "source", "at")
    return {
        "identities": dict(overview.identities),
        "provider_owned": overview.provider_owned,
        "agents": [_stated(row) for row in records(assessment.frame("agents"), without=provenance)],
        "tools": overview.tools,
        "credentials": overview.credentials,
        "systems": overview.systems,
        "scopes": [_stated(row) for row in records(assessment.frame("scopes"), without=provenance)],
        "conflicts": records(assessment.frame("conflicts")),
    }


def _stated(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose `has_x` is said only where there is none: a value speaks for itself."""
    return {name: value for name, value in row.items() if not (name.startswith("has_") and value)}


def _words(mask: int) -> list[str]:
    return [bit.name.lower() for bit in Classes if bit & mask and bit.name]


def _graph(assessment: Assessment) -> dict[str, Any]:
    reach = records(assessment.frame("reach"))
    for row in reach:
        row.update(certain=_words(row["certain"]), possible=_words(row["possible"]))
    return {
        "reach": reach,
        "chokes": records(assessment.frame("chokes")),
        "origins": records(assessment.frame("origins")),
    }


def _checks(assessment: Assessment) -> list[dict[str, Any]]:
    unknowns: dict[str, list[dict[str, Any]]] = {}
    for row in records(assessment.frame("unknowns")):
        unknowns.setdefault(row.pop("check"), []).append(row)
    return [
        {**check.model_dump(), "controls": list(check.controls), "unknowns": unknowns.get(check.id, [])}
        for check in assessment.overview.checks
    ]


def _findings(assessment: Assessment) -> list[dict[str, Any]]:
    controls = {check.id: list(check.controls) for check in assessment.overview.checks}
    actions: dict[str, list[str]] = {}
    for step, finding in (
        assessment.frame("step_findings").sort("finding", "step").select("step", "finding").iter_rows()
    ):
        actions.setdefault(finding, []).append(step)
    return [
        {**row, "controls": controls.get(row["check"], []), "actions": actions.get(row["id"], [])}
        for row in records(assessment.frame("findings"))
    ]


def _paths(assessment: Assessment) -> list[dict[str, Any]]:
    hops: dict[str, list[dict[str, Any]]] = {}
    for row in records(assessment.frame("hops").sort("path", "n")):
        row.pop("n")
        hops.setdefault(row.pop("path"), []).append(row)
    return [
        {**row, "classes": _words(row["classes"]), "hops": hops.get(row["id"], [])}
        for row in records(assessment.frame("paths"))
    ]


def _plan(assessment: Assessment) -> dict[str, Any]:
    closes: dict[str, list[str]] = {}
    for step, finding in (
        assessment.frame("step_findings").sort("step", "finding").select("step", "finding").iter_rows()
    ):
        closes.setdefault(step, []).append(finding)
    needs: dict[str, list[str]] = {}
    for step, needed in (
        assessment.frame("step_needs").sort("step", "needs").select("step", "needs").iter_rows()
    ):
        needs.setdefault(step, []).append(needed)
    steps = [
        {**row, "findings": closes.get(row["id"], []), "needs": needs.get(row["id"], [])}
        for row in records(assessment.frame("steps").sort("lane", "n", descending=[True, False]))
    ]
    return {
        "steps": steps,
        "risk": plain_value(assessment.overview.risk.model_dump()),
        "immediate": [item.step for item in assessment.overview.immediate],
    }


def _decisions(assessment: Assessment, *kinds: str) -> list[dict[str, Any]]:
    return records(assessment.frame("decisions").filter(pl.col("kind").is_in(kinds)))


def _evidence(assessment: Assessment) -> list[dict[str, Any]]:
    """Every file that gave rows, by digest; findings and hops point at its label."""
    read = assessment.frame("inputs").filter(pl.col("outcome").is_in(["read", "partial"]))
    return [
        {
            "file": row["file"],
            "source": row["source"],
            "sha256": row["sha256"],
            "collected_at": row.get("collected_at"),
        }
        for row in records(read)
    ]


def schema_text() -> str:
    """The schema as printed."""
    return json.dumps(schema(), indent=1, sort_keys=True, ensure_ascii=False)
