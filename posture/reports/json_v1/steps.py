"""The plan: its steps, and what all steps of one class of action say alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from posture.model.assessment import Assessment
from posture.reports.canonical import plain_value, records, said
from posture.reports.cited import by_action

_SHARED = ("failure_mode", "proof", "how", "may_break")


def plan(assessment: Assessment) -> dict[str, Any]:
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
    actions = _actions(frame, by_action(assessment))
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


def _actions(steps: pl.DataFrame, cited: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, Any]]:
    """For each class of action what most of its steps say alike."""
    found: dict[str, dict[str, Any]] = {}
    for (action,), own in steps.group_by("action", maintain_order=True):
        common: dict[str, Any] = {"steps": len(own)}
        for name in _SHARED:
            told = own.group_by(name).len().sort("len", name, descending=[True, False])
            common[name] = told[name][0]
        common["controls"] = list(cited.get(str(action), ()))
        found[str(action)] = said(common)
    return found
