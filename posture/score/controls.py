"""Where each control of a framework stands: what its checks found, and what only people can say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import polars as pl

from posture.checks.check import Check
from posture.frameworks import Control, Frameworks
from posture.model.frames import frame
from posture.model.overview import FrameworkCount
from posture.model.results import Status
from posture.score.attestations import Standing


def controls(
    frameworks: Frameworks,
    checks: Iterable[Check],
    tallies: Mapping[str, Mapping[str, int]],
    shown: Iterable[str] = (),
    answers: Mapping[str, Standing] = MappingProxyType({}),
) -> pl.DataFrame:
    """The table `controls`: one row per control with a status of its own.

    `tallies` holds the counts per check id; `shown` limits the frameworks by id; `answers` says how what
    people attested stands, by question. A clear status says that the listed checks found no gap on what was
    assessed. It is no statement of compliance.
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
            control,
            [tallies.get(one, {}) for one in sorted(set(by_control.get(str(control.reference), [])))],
            answers,
        )
        for framework in frameworks.status_frameworks()
        if not wanted or framework.id in wanted
        for control in frameworks.status_controls(framework.id)
    ]
    return frame("controls", rows)


def _row(
    control: Control, tallies: list[Mapping[str, int]], answers: Mapping[str, Standing]
) -> dict[str, Any]:
    total = {
        word: sum(tally.get(word, 0) for tally in tallies)
        for word in ("gap", "clear", "unknown", "accepted", "error", "degraded")
    }
    unknown = total["unknown"] + total["error"]
    asked = [answers.get(question, Standing(question)) for question in control.questions]
    status, because = _status(control, total, unknown, bool(tallies), asked)
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


def _gaps(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _status(
    control: Control, total: Mapping[str, int], unknown: int, checked: bool, asked: list[Standing]
) -> tuple[Status, str]:
    """What the checks found comes first; an answer never outweighs a gap that was seen."""
    said = [one for one in asked if one.state != "missing"]
    refuted = [one.says for one in said if one.state == "no"]
    if total["gap"]:
        against = [f"although {one.says}" for one in said if one.state in ("valid", "expired", "bare")]
        return Status.GAP, "; ".join([_gaps(total["gap"], "gap"), *against])
    if refuted:
        return Status.GAP, "; ".join(refuted)
    if total["accepted"]:
        return Status.ACCEPTED, _gaps(total["accepted"], "accepted gap")
    if expired := [one.says for one in said if one.state == "expired"]:
        return Status.EXPIRED, "; ".join(expired)
    if said and all(one.state == "not applicable" for one in asked) and not (total["clear"] or unknown):
        return Status.NOT_APPLICABLE, "; ".join(one.says for one in said)
    open_ = [one for one in asked if one.state not in ("valid", "not applicable")]
    missing = _missing(open_)
    doubts = [(unknown, "not assessed"), (total["degraded"], "clear where controls work only in part")]
    uncertain = "; ".join(f"{number} {what}" for number, what in doubts if number)
    if total["clear"] and (uncertain or (control.evidence != "tool" and (missing or not said))):
        needed = missing if control.evidence == "mixed" else ""
        return Status.PARTIAL, "; ".join(part for part in (uncertain, needed) if part)
    if total["clear"]:
        answered = "" if control.evidence == "tool" else "; " + "; ".join(one.says for one in said)
        return Status.CLEAR, "no gap found by the listed checks on what was assessed" + answered
    if any(one.state != "not applicable" for one in said):
        if not (missing or uncertain):
            return Status.ATTESTED, "; ".join(one.says for one in said)
        return Status.PARTIAL, "; ".join(part for part in (uncertain, missing) if part)
    if control.because:
        return Status.UNKNOWN, "; ".join(part for part in (control.because, missing) if part)
    if unknown:
        return Status.UNKNOWN, "; ".join(part for part in (uncertain, missing) if part)
    return Status.UNKNOWN, missing or ("no subject in what was given" if checked else "no check looks at it")


def _missing(asked: list[Standing]) -> str:
    """What people still have to say or to show."""
    unanswered = [one.question for one in asked if one.state == "missing"]
    first = [f"needs an answer to {', '.join(unanswered)}"] if unanswered else []
    return "; ".join([*first, *(one.says for one in asked if one.state != "missing")])


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
