"""The plan cut by owner: for each a page to read and a table to work through; what nobody owns is its own."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from posture.model.assessment import Assessment
from posture.reports.csv import cell
from posture.reports.pages.plan import how_to
from posture.reports.pages.words import figure, hours, safe, table, when

NOBODY = ""
"""Stands for no owner: its page is called `no-owner`."""

_COLUMNS = (
    "lane", "n", "wave", "id", "action", "title", "subject", "owner", "owner_confidence", "owner_reason",
    "label", "due", "effort", "gain", "why", "may_break", "how", "proof",
)  # fmt: skip
_NO_OWNER = "no-owner"


def pages(assessment: Assessment) -> Mapping[str, bytes]:
    """Bytes by file name: NAME.md and NAME.csv for each owner."""
    made: dict[str, bytes] = {}
    steps = _by_owner(assessment)
    for (owner, rows), name in zip(steps.items(), _names(list(steps)), strict=True):
        made[f"{name}.md"] = _page(owner, rows, assessment).encode()
        made[f"{name}.csv"] = _table(rows)
    return made


def _by_owner(assessment: Assessment) -> dict[str, list[dict[str, Any]]]:
    """Steps in the order of the plan, by owner; nobody's come last."""
    guesses = {row["subject"]: row for row in assessment.frame("owners").iter_rows(named=True)}
    closing = _findings(assessment)
    found: dict[str, list[dict[str, Any]]] = {}
    steps = assessment.frame("steps").sort("lane", "n", descending=[True, False])
    for step in steps.iter_rows(named=True):
        said = _owner(step, guesses, closing.get(step["id"], ()))
        owner = str(said["owner"]) if said else NOBODY
        found.setdefault(owner, []).append(
            {
                **step,
                "owner": owner or None,
                "owner_confidence": said["confidence"] if said else "",
                "owner_reason": said["reason"] if said else "nothing that was read names one",
            }
        )
    return dict(sorted(found.items(), key=lambda item: (item[0] == NOBODY, item[0].casefold(), item[0])))


def _findings(assessment: Assessment) -> Mapping[str, Sequence[str]]:
    """Subjects of the findings that a step closes."""
    joined = assessment.frame("step_findings").join(
        assessment.frame("findings").select(finding="id", subject="subject"), on="finding", how="inner"
    )
    grouped = joined.group_by("step").agg(pl.col("subject").unique().sort())
    return dict(grouped.iter_rows())


def _owner(
    step: Mapping[str, Any], guesses: Mapping[str, Mapping[str, Any]], subjects: Sequence[str]
) -> Mapping[str, Any] | None:
    """Of the subject itself, else the one owner that everything it closes has."""
    if step["subject"] in guesses:
        return guesses[step["subject"]]
    said = [guesses[subject] for subject in subjects if subject in guesses]
    return said[0] if len(said) == len(subjects) and len({one["owner"] for one in said}) == 1 else None


def _names(owners: list[str]) -> list[str]:
    """A file name for each owner; two owners never share one, and none can leave the folder."""
    slugs = [_slug(owner) if owner else _NO_OWNER for owner in owners]
    often = Counter(slugs)
    taken: Counter[str] = Counter()
    names = []
    for owner, slug in zip(owners, slugs, strict=True):
        taken[slug] += 1
        shared = often[slug] > 1 or (bool(owner) and slug == _NO_OWNER)
        names.append(f"{slug}-{taken[slug]}" if shared else slug)
    return names


def _slug(owner: str) -> str:
    ascii_ = unicodedata.normalize("NFKD", owner).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_).strip("-")[:60] or "owner"


def _page(owner: str, rows: Sequence[Mapping[str, Any]], assessment: Assessment) -> str:
    overview = assessment.overview
    title = f"Steps of {safe(owner)}" if owner else "Steps that nobody owns"
    gain = sum(row["gain"] for row in rows)
    effort = sum(row["effort"] for row in rows)
    parts = [
        f"# {title}\n",
        f"As of {when(overview.as_of)}. {len(rows)} steps, {hours(effort)} of work, "
        f"removing {figure(gain)} of {figure(overview.risk.total)} path risk.\n",
    ]
    if owner and any(row["owner_confidence"] != "certain" for row in rows):
        parts.append(
            "Where the owner is not declared, the step says how it is known. Say so if it is wrong.\n"
        )
    if not owner:
        parts.append("Find an owner for each first: nothing here is done by itself.\n")
    head = ("", "what", "due", "effort", "removes")
    listed = [
        (str(row["n"]), safe(row["title"]), _due(row), hours(row["effort"]), figure(row["gain"]))
        for row in rows
    ]
    parts.append(table(head, listed, right=(0, 3, 4)))
    parts.extend(_step(row) for row in rows)
    return "\n".join(parts)


def _due(row: Mapping[str, Any]) -> str:
    return when(row["due"]) if row["due"] else safe(row["label"] or "when planned")


def _step(row: Mapping[str, Any]) -> str:
    lines = [f"## {row['n']}. {safe(row['title'])}\n", f"- Step: `{row['id']}`, due {_due(row)}"]
    told = [
        ("Why now", row["why"]),
        ("May break", row["may_break"]),
        ("Done when", row["proof"]),
    ]
    lines += [f"- {label}: {safe(text, 4096)}" for label, text in told if text]
    sure = f" ({row['owner_confidence']})" if row["owner_confidence"] else ""
    lines.append(f"- Owner: {safe(row['owner'] or 'nobody')}{sure}: {safe(row['owner_reason'])}")
    lines += how_to(row["how"])
    return "\n".join(lines) + "\n"


def _table(rows: Sequence[Mapping[str, Any]]) -> bytes:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows([cell(row.get(column)) for column in _COLUMNS] for row in rows)
    return made.getvalue().encode()
