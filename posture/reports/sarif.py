"""SARIF 2.1.0: checks as rules, findings as results, for surfaces that review code and configuration."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, BinaryIO
from urllib.parse import quote

from posture import __version__
from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.model.overview import CheckRow
from posture.model.text import plain
from posture.reports.canonical import text
from posture.reports.registry import Format

FORMAT = Format(id="sarif", suffix=".sarif", title="SARIF 2.1.0, for code review and pull requests")

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
_LONGEST = 1000
_LINE = re.compile(r"line (\d+)")


def write(assessment: Assessment, frameworks: Frameworks, out: BinaryIO) -> None:
    """One run. What could not be decided is a result to review, never a pass and never absent."""
    out.write(text(document(assessment, frameworks)))


def document(assessment: Assessment, frameworks: Frameworks) -> dict[str, Any]:
    """The log as plain values."""
    overview = assessment.overview
    index = {check.id: at for at, check in enumerate(overview.checks)}
    exceptions = {
        (row["subject"], row["check"]): row
        for row in assessment.frame("decisions").iter_rows(named=True)
        if row["kind"] == "exception"
    }
    taxonomies = {one.framework for one in overview.frameworks}
    run = {
        "tool": {
            "driver": {
                "name": "posture",
                "version": overview.version or __version__,
                "rules": [_rule(check, taxonomies) for check in overview.checks],
                "supportedTaxonomies": [{"name": one.framework} for one in overview.frameworks],
            }
        },
        "taxonomies": [_taxonomy(one.framework, assessment, frameworks) for one in overview.frameworks],
        "automationDetails": {"id": f"posture/{overview.digest[:16]}"},
        "columnKind": "unicodeCodePoints",
        "results": [*_findings(assessment, index, exceptions), *_unknowns(assessment, index)],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(check: CheckRow, taxonomies: Collection[str]) -> dict[str, Any]:
    return {
        "id": check.id,
        "shortDescription": {"text": check.title},
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
        "relationships": [
            {
                "target": {"id": control, "toolComponent": {"name": framework}},
                "kinds": ["relevant"],
            }
            for framework, _, control in (reference.partition("/") for reference in check.controls)
            if framework in taxonomies
        ],
    }


def _taxonomy(framework: str, assessment: Assessment, frameworks: Frameworks) -> dict[str, Any]:
    known = frameworks.framework(framework)
    controls = assessment.frame("controls")
    rows = controls.filter(controls["framework"] == framework)
    return {
        "name": framework,
        "version": known.version,
        "organization": known.publisher,
        "shortDescription": {"text": known.title},
        "taxa": [
            {"id": control, "shortDescription": {"text": title}}
            for control, title in rows.select("control", "title").iter_rows()
        ],
    }


def _findings(
    assessment: Assessment, index: Mapping[str, int], exceptions: Mapping[tuple[str, str | None], Any]
) -> Iterable[dict[str, Any]]:
    for row in assessment.frame("findings").iter_rows(named=True):
        made = {
            "ruleId": row["check"],
            "kind": "fail",
            "level": _LEVELS[row["severity"]],
            "message": {"text": said(f"{row['name'] or row['subject']}: {row['observed']}")},
            "partialFingerprints": {"postureFinding/v1": row["id"]},
            "locations": [_location(row)],
            "properties": {"severity": row["severity"], "mayBeHigher": row["may_be_higher"]},
        }
        if row["check"] in index:
            made["ruleIndex"] = index[row["check"]]
        if row["result"] == "accepted":
            held = exceptions.get((row["subject"], row["check"])) or exceptions.get((row["subject"], None))
            made["suppressions"] = [
                {
                    "kind": "external",
                    "status": "accepted",
                    "justification": plain(
                        (held and held["reason"]) or "accepted without a reason on record"
                    ),
                }
            ]
        yield made


def _unknowns(assessment: Assessment, index: Mapping[str, int]) -> Iterable[dict[str, Any]]:
    for row in assessment.frame("unknowns").iter_rows(named=True):
        made = {
            "ruleId": row["check"],
            "kind": "review",
            "level": "none",
            "message": {"text": said(f"not assessed for {row['subjects']} subjects: {row['says']}")},
            "locations": [
                {
                    "logicalLocations": [
                        {"fullyQualifiedName": plain(row["scope"] or row["example"] or "estate")}
                    ]
                }
            ],
        }
        if row["check"] in index:
            made["ruleIndex"] = index[row["check"]]
        yield made


def said(message: str) -> str:
    """`message` without the links that a log viewer makes of brackets."""
    return re.sub(r"[\\\[\]]", r"\\\g<0>", plain(message, _LONGEST))


def _location(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the finding is about; the file as well where the subject is described in one."""
    made: dict[str, Any] = {
        "logicalLocations": [
            {"fullyQualifiedName": plain(row["subject"]), "name": plain(row["name"] or row["subject"])}
        ]
    }
    if row["file"]:
        physical: dict[str, Any] = {"artifactLocation": {"uri": quote(row["file"], safe="/")}}
        line = _LINE.search(row["at"] or "")
        if line and int(line[1]) > 0:
            physical["region"] = {"startLine": int(line[1])}
        made["physicalLocation"] = physical
    return made
