"""Tables for spreadsheets: findings, inventory, plan and controls; no cell can act as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

import polars as pl

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.model.text import plain
from posture.reports.canonical import plain_value
from posture.reports.cited import by_step
from posture.reports.registry import Format

FORMAT = Format(id="csv", suffix=".csv", title="the findings for a spreadsheet; in a folder, every table")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet compute a cell instead of showing it."""
_LONGEST = 32_000
"""A spreadsheet holds no more characters in a cell."""

_FINDINGS = (
    "id", "check", "title", "severity", "may_be_higher", "result", "state", "subject", "name", "noun",
    "scope", "observed", "expected", "owner", "label", "due", "first_seen", "last_seen", "source", "file",
    "at", "controls", "actions",
)  # fmt: skip
_INVENTORY = (
    "table", "key", "name", "scope", "provider", "kind", "class", "environment", "owner", "criticality",
    "exposure", "enabled", "created", "expires", "last_used", "provider_owned", "source", "file", "at",
)  # fmt: skip
_PLAN = (
    "lane", "n", "wave", "id", "action", "title", "subject", "owner", "label", "due", "effort", "disruption",
    "failure_mode", "gain", "risk_after", "why", "breaks", "may_break", "proof", "how", "controls",
    "findings", "needs",
)  # fmt: skip
_CONTROLS = (
    "framework", "control", "title", "status", "evidence", "gaps", "clears", "unknowns", "because",
)  # fmt: skip
_NOUNS = ("agents", "identities", "credentials", "tools", "systems")


def write(assessment: Assessment, _frameworks: Frameworks, out: BinaryIO) -> None:
    """The findings."""
    out.write(_table(_FINDINGS, _findings(assessment)))


def tables(assessment: Assessment) -> Mapping[str, bytes]:
    """Every table by the name of its file."""
    return {
        "findings.csv": _table(_FINDINGS, _findings(assessment)),
        "inventory.csv": _table(_INVENTORY, _inventory(assessment)),
        "plan.csv": _table(_PLAN, _plan(assessment)),
        "controls.csv": _table(_CONTROLS, assessment.frame("controls").iter_rows(named=True)),
    }


def cell(value: Any) -> str:
    """`value` as a cell that is shown and not computed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    made = plain_value(value)
    if not isinstance(made, str):
        return str(made)
    # The mark goes before anything is replaced: a tab is as active as the sign that follows it.
    shown = plain(made, _LONGEST)
    return f"'{shown}" if made.startswith(_FORMULA) else shown


def _table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell(row.get(column)) for column in columns] for row in rows)
    return made.getvalue().encode()


def _joined(rows: pl.DataFrame, key: str, value: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for one, other in rows.select(key, value).sort(key, value).iter_rows():
        found.setdefault(one, []).append(other)
    return {one: " ".join(others) for one, others in found.items()}


def _findings(assessment: Assessment) -> Iterable[Mapping[str, Any]]:
    checks = {check.id: check for check in assessment.overview.checks}
    steps = _joined(assessment.frame("step_findings"), "finding", "step")
    for row in assessment.frame("findings").iter_rows(named=True):
        check = checks.get(row["check"])
        yield {
            **row,
            "title": check.title if check else "",
            "controls": " ".join(check.controls) if check else "",
            "actions": steps.get(row["id"], ""),
        }


def _inventory(assessment: Assessment) -> Iterable[Mapping[str, Any]]:
    for noun in _NOUNS:
        for row in assessment.frame(noun).sort("key").iter_rows(named=True):
            if not row.get("pattern"):
                yield {**row, "table": noun}


def _plan(assessment: Assessment) -> Iterable[Mapping[str, Any]]:
    closes = _joined(assessment.frame("step_findings"), "step", "finding")
    needs = _joined(assessment.frame("step_needs"), "step", "needs")
    cited = by_step(assessment)
    for row in assessment.frame("steps").sort("lane", "n", descending=[True, False]).iter_rows(named=True):
        yield {
            **row,
            "controls": " ".join(cited.get(row["id"], ())),
            "findings": closes.get(row["id"], ""),
            "needs": needs.get(row["id"], ""),
        }
