"""Where each control of a framework stands: what its checks found, and what only people can say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from posture.checks.check import Check
from posture.frameworks import Control, Frameworks
from posture.model.frames import frame
from posture.model.overview import FrameworkCount
from posture.model.results import Status


def controls(
    frameworks: Frameworks,
    checks: Iterable[Check],
    tallies: Mapping[str, Mapping[str, int]],
    shown: Iterable[str] = (),
) -> pl.DataFrame:
    """The table `controls`: one row per control with a status of its own.

    `tallies` holds the counts per check id; `shown` limits the frameworks by id. A clear status says that
    the listed checks found no gap on what was assessed. It is no statement of compliance.
    """
    wanted = set(shown)
    by_control: dict[str, list[str]] = {}
    for check in checks:
        for reference in check.controls:
            by_control.setdefault(reference, []).append(check.id)
    for check_id, references in frameworks.checks_listed().items():
        for reference in references:
            by_control.setdefault(reference, []).append(check_id)
    rows = [
        _row(
            control, [tallies.get(one, {}) for one in sorted(set(by_control.get(str(control.reference), [])))]
        )
        for framework in frameworks.status_frameworks()
        if not wanted or framework.id in wanted
        for control in frameworks.status_controls(framework.id)
    ]
    return frame("controls", rows)


def _row(control: Control, tallies: list[Mapping[str, int]]) -> dict[str, Any]:
    total = {
        word: sum(tally.get(word, 0) for tally in tallies)
        for word in ("gap", "clear", "unknown", "accepted", "error")
    }
    unknown = total["unknown"] + total["error"]
    status, because = _status(control, total, unknown, bool(tallies))
    return {
        "framework": control.framework,
        "control": control.id,
        "title": control.title,
        "status": status.value,
        "evidence": control.evidence,
        "gaps": total["gap"],
        "clears": total["clear"],
        "unknowns": unknown,
        "because": because,
    }


def _status(control: Control, total: Mapping[str, int], unknown: int, checked: bool) -> tuple[Status, str]:
    asked = f"needs an answer to {', '.join(control.questions)}" if control.questions else ""
    if total["gap"]:
        return Status.GAP, f"{total['gap']} subjects with a gap"
    if total["accepted"]:
        return Status.ACCEPTED, f"{total['accepted']} subjects with an accepted gap"
    if total["clear"] and (unknown or control.evidence != "tool"):
        missing = f"{unknown} not assessed" if unknown else ""
        attested = asked if control.evidence == "mixed" else ""
        return Status.PARTIAL, "; ".join(part for part in (missing, attested) if part)
    if total["clear"]:
        return Status.CLEAR, "no gap found by the listed checks on what was assessed"
    if control.because:
        return Status.UNKNOWN, "; ".join(part for part in (control.because, asked) if part)
    if unknown:
        return Status.UNKNOWN, "; ".join(part for part in (f"{unknown} not assessed", asked) if part)
    return Status.UNKNOWN, asked or ("no subject in what was given" if checked else "no check looks at it")


def counted(rows: pl.DataFrame, frameworks: Frameworks) -> tuple[FrameworkCount, ...]:
    """How many controls stand where, per framework in catalogue order. Never a percentage."""
    found: list[FrameworkCount] = []
    for framework in frameworks.status_frameworks():
        own = rows.filter(pl.col("framework") == framework.id)
        if own.is_empty():
            continue
        numbers = dict(own["status"].value_counts().iter_rows())
        found.append(
            FrameworkCount(
                framework=framework.id,
                title=framework.name,
                counts={status.value: numbers[status.value] for status in Status if status.value in numbers},
            )
        )
    return tuple(found)
