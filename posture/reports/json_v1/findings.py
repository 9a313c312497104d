"""Checks with what they could not decide, and findings with the steps that close them."""

from __future__ import annotations

from typing import Any

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.reports.canonical import records, said


def checks(assessment: Assessment, frameworks: Frameworks) -> list[dict[str, Any]]:
    unknowns = _unknowns(assessment)
    expected = _expected(assessment)
    return [
        {
            **check.model_dump(),
            "controls": list(check.controls),
            "references": [text.id for text in frameworks.publications_for(check.controls)],
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


def findings(assessment: Assessment) -> list[dict[str, Any]]:
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
