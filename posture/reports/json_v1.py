"""The assessment for audits and machines, as JSON. These types are the schema: they may only grow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, BinaryIO, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from posture import __version__
from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.model.classes import Classes
from posture.reports.canonical import digest, plain_value, records, said, text
from posture.reports.registry import Format

FORMAT = Format(id="json", suffix=".json", title="everything, for audits and machines")
SCHEMA = "posture/assessment"
VERSION = "1-draft"

MOST_PATHS, MOST_ORIGINS, MOST_REACH = 2_000, 1_000, 50_000
"""What the document lists at most; counts of all stand beside, and a saved run holds every row."""

_SHARED = ("failure_mode", "proof", "how", "may_break")

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
    controls: Words
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
    """What is empty, false or zero is left out; its check has the controls, its file the source."""

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


class PlanV1(Part):
    steps: list[StepV1]
    actions: dict[str, ActionV1]
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


@cache
def _words(mask: int) -> list[str]:
    return [bit.name.lower() for bit in Classes if bit & mask and bit.name]


def _graph(assessment: Assessment) -> dict[str, Any]:
    rows = assessment.frame("reach")
    origins = assessment.frame("origins").sort("risk", "key", "route", descending=[True, False, False])
    counts = {
        "paths": (MOST_PATHS, assessment.tables["paths"].select(pl.len()).collect().item()),
        "origins": (MOST_ORIGINS, len(origins)),
        "reach": (MOST_REACH, len(rows)),
    }
    return {
        "lists": {
            name: {"listed": min(most, number), "all": number} for name, (most, number) in counts.items()
        },
        "reach": _reach(rows.head(MOST_REACH)),
        "chokes": records(assessment.frame("chokes")),
        "origins": records(origins.head(MOST_ORIGINS)),
    }


def _reach(rows: pl.DataFrame) -> list[dict[str, Any]]:
    alike = ["origin", "certain", "possible", "hops"]
    made = []
    for (origin, certain, possible, hops), own in rows.sort(*alike, "system").group_by(
        alike, maintain_order=True
    ):
        row = {
            "origin": origin,
            "certain": _words(int(str(certain))),
            "possible": [] if certain == possible else _words(int(str(possible))),
            "hops": hops,
            "systems": own["system"].to_list(),
        }
        made.append(said(row))
    return made


def _checks(assessment: Assessment) -> list[dict[str, Any]]:
    unknowns = _unknowns(assessment)
    expected = _expected(assessment)
    return [
        {
            **check.model_dump(),
            "controls": list(check.controls),
            "unknowns": unknowns.get(check.id, []),
            **said({"expected": expected.get(check.id, "")}),
        }
        for check in assessment.overview.checks
    ]


def _unknowns(assessment: Assessment) -> dict[str, list[dict[str, Any]]]:
    """By check, one entry for each reason, with its subjects per scope."""
    reasons = ["check", "reason", "says", "severity"]
    rows = assessment.frame("unknowns").sort(*reasons, "scope", "example")
    found: dict[str, list[dict[str, Any]]] = {}
    for (check, reason, says, severity), own in rows.group_by(reasons, maintain_order=True):
        scopes: dict[str, int] = {}
        for scope, subjects in own.select("scope", "subjects").iter_rows():
            scopes[scope] = scopes.get(scope, 0) + subjects
        entry = {"reason": reason, "says": says, "severity": severity, "example": own["example"][0]}
        found.setdefault(str(check), []).append({**said(entry), "scopes": scopes})
    return found


def _expected(assessment: Assessment) -> dict[str, str]:
    """What most findings of each check expect."""
    counted = assessment.tables["findings"].group_by("check", "expected").len().collect()
    ranked = counted.sort("len", "expected", descending=[False, True])
    return dict(ranked.select("check", "expected").iter_rows())


def _findings(assessment: Assessment) -> list[dict[str, Any]]:
    actions: dict[str, list[str]] = {}
    for step, finding in (
        assessment.frame("step_findings").sort("finding", "step").select("step", "finding").iter_rows()
    ):
        actions.setdefault(finding, []).append(step)
    expected = _expected(assessment)
    made = []
    for row in records(assessment.frame("findings"), without=["source"]):
        if row["cause"] == row["subject"]:
            del row["cause"]
        if row["expected"] == expected[row["check"]]:
            del row["expected"]
        made.append(said({**row, "actions": actions.get(row["id"], [])}))
    return made


def _paths(assessment: Assessment) -> list[dict[str, Any]]:
    """The heaviest ones; their sum per origin is complete in `origins`."""
    listed = (
        assessment.frame("paths").sort("weight", "id", descending=[True, False]).head(MOST_PATHS).sort("id")
    )
    hops: dict[str, list[dict[str, Any]]] = {}
    own = assessment.frame("hops").join(listed.select(pl.col("id").alias("path")), on="path", how="semi")
    for row in records(own.sort("path", "n")):
        row.pop("n")
        hops.setdefault(row.pop("path"), []).append(row)
    return [
        {**row, "classes": _words(row["classes"]), "hops": hops.get(row["id"], [])} for row in records(listed)
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
    frame = assessment.frame("steps").sort("lane", "n", descending=[True, False])
    actions = _actions(frame)
    steps = []
    for row in records(frame, without=["name"]):
        common = actions[row["action"]]
        for name in _SHARED:
            if row[name] == common.get(name):
                del row[name]
        if row["bundle"] == row["id"]:
            del row["bundle"]
        if row["lane"] == "control":
            del row["risk_after"]
            if closes.get(row["id"]):
                del row["why"]
        row.update(findings=closes.get(row["id"], []), needs=needs.get(row["id"], []))
        steps.append(said(row, "stage", "wave", "risk_after", "effort", *_SHARED))
    return {
        "steps": steps,
        "actions": actions,
        "risk": plain_value(assessment.overview.risk.model_dump()),
        "immediate": [item.step for item in assessment.overview.immediate],
    }


def _actions(steps: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """For each class of action what most of its steps say alike."""
    found: dict[str, dict[str, Any]] = {}
    for (action,), own in steps.group_by("action", maintain_order=True):
        common: dict[str, Any] = {"steps": len(own)}
        for name in _SHARED:
            told = own.group_by(name).len().sort("len", name, descending=[True, False])
            common[name] = told[name][0]
        found[str(action)] = said(common)
    return found


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
