"""Why a finding of an earlier run is no longer there: looked for and gone, or out of sight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from posture.checks.asked import results
from posture.checks.check import Check
from posture.checks.view import View
from posture.score.history import Sight, read_whole


def sight(view: View, checks: Iterable[Check], vanished: pl.DataFrame) -> dict[str, Sight]:
    """By finding id. Resolved only where its check decided on the subject, or the subject itself is gone from
    a scope that was read whole: what nobody looked at is never taken for mended."""
    by_id = {check.id: check for check in checks}
    found: dict[str, Sight] = {}
    for (check_id,), rows in vanished.group_by("check", maintain_order=True):
        check = by_id.get(str(check_id))
        answers = _answers(check, view, rows["subject"]) if check else None
        for row in rows.iter_rows(named=True):
            found[row["finding"]] = "unseen" if answers is None else _of(row, answers, view)
    return found


def _answers(check: Check, view: View, subjects: pl.Series) -> Mapping[str, set[str]] | None:
    """What the check says of each subject; null where it raised, which is told elsewhere."""
    try:
        said = results(check, view).filter(pl.col("key").is_in(subjects.implode()))
    except Exception:  # noqa: BLE001 - as when judging: whatever a check does wrong stays its own fault
        return None
    found: dict[str, set[str]] = {}
    for key, result in said.select("key", "result").iter_rows():
        found.setdefault(key, set()).add(result)
    return found


def _of(row: Mapping[str, Any], answers: Mapping[str, set[str]], view: View) -> Sight:
    said = answers.get(row["subject"])
    if said is not None:
        return "unseen" if "unknown" in said else "resolved"
    return "resolved" if read_whole(view.estate["coverage"], row["scope"], row["noun"]) else "unseen"
