"""The assessment for audits and machines, as JSON; its types are the schema and may only grow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, BinaryIO

import polars as pl

from posture import __version__
from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.reports.canonical import digest, plain_value, records, text
from posture.reports.json_v1.cards import cards
from posture.reports.json_v1.findings import checks, findings
from posture.reports.json_v1.steps import plan
from posture.reports.json_v1.ways import graph, paths
from posture.reports.registry import Format

FORMAT = Format(id="json", suffix=".json", title="everything, for audits and machines")
SCHEMA = "posture/assessment"
VERSION = "1-draft"


def schema() -> dict[str, Any]:
    """The JSON schema of the document, as `posture schema` prints it."""
    from posture.reports.json_v1.types import DocumentV1  # slow to build, and nothing else asks for it

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
        "agent_cards": cards(assessment),
        "graph_summary": graph(assessment),
        "checks": checks(assessment, frameworks),
        "findings": findings(assessment),
        "controls": records(assessment.frame("controls")),
        "attestations": _decisions(assessment, "attestation"),
        "exceptions": _decisions(assessment, "exception", "acceptance", "false-positive"),
        "paths": paths(assessment),
        "plan": plan(assessment),
        "score": plain_value(overview.score.model_dump()),
        "trend": [change.model_dump() for change in overview.changes],
        "limitations": [*overview.errors, *overview.blind, *overview.assumptions],
        "degraded": records(assessment.frame("degraded")),
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
        "outside": dict(overview.outside),
        "provider_owned": overview.provider_owned,
        "patterns": dict(overview.patterns),
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
