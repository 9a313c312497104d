"""What was decided since a run, shown on it at once; figures and order follow with the next run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from posture.model.assessment import Assessment
from posture.model.decided import Decided
from posture.workspace.holding import holding

_RESULT = {
    "exception": ("accepted", "accepted"),
    "acceptance": ("accepted", "accepted"),
    "false-positive": ("accepted", "false-positive"),
}
_TRIAGE = {"confirmed": "triaged", "needs-data": "triaged", "planned": "planned", "open": "open"}


def shown(assessment: Assessment, records: Sequence[Decided]) -> Assessment:
    """`assessment` with the state of each finding, and its owner, as `records` have them now."""
    results: dict[str, str] = {}
    states: dict[str, str] = {}
    owners: dict[str, str] = {}
    for slot, record in holding(records).by_slot.items():
        if slot[0] == "fact" and slot[3] == "owner" and "owner" in record.facts:
            owners[slot[2]] = str(record.facts["owner"])
        elif slot[0] == "finding" and record.kind in _RESULT:
            results[slot[1]], states[slot[1]] = _RESULT[record.kind]
        elif slot[0] == "finding" and record.triage:
            results[slot[1]], states[slot[1]] = "gap", _TRIAGE[record.triage]
    if not states and not owners:
        return assessment
    findings = assessment.tables["findings"].with_columns(
        _told("id", results, "result"), _told("id", states, "state"), _told("subject", owners, "owner")
    )
    return replace(assessment, tables={**assessment.tables, "findings": findings})


def _told(key: str, said: dict[str, str], column: str) -> pl.Expr:
    if not said:
        return pl.col(column)
    return pl.col(key).replace_strict(said, default=pl.col(column), return_dtype=pl.String).alias(column)
