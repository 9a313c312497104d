"""Where the controls of each framework stand: those that were assessed one by one, the others by name."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.model.overview import FrameworkCount
from posture.reports.pages.words import count, safe, table

_ROLES = {"threat": "threats", "governance": "governance", "control": "controls"}
_ORDER = tuple(_ROLES)
_TELLING = ("gap", "accepted", "expired", "partial", "clear")
"""What checks had a say in; these controls have a line each."""
_STATUSES = (*_TELLING, "attested", "unknown", "not applicable")
_UNKNOWN = {
    "human": "only people can say, and nobody did",
    "outside": "outside of what is assessed here",
    "tool": "no check could decide",
    "mixed": "no check could decide, and nobody answered",
}
"""Why a control is unknown, by where its evidence would come from."""


def frameworks(assessment: Assessment, frameworks: Frameworks) -> str:
    """Counts per status, then each framework by control."""
    rows = assessment.frame("controls")
    known = {counted.framework: counted for counted in assessment.overview.frameworks}
    counts = [
        (
            safe(_titled(counted.title, frameworks.framework(key).version)),
            _ROLES.get(frameworks.framework(key).role, frameworks.framework(key).role),
            *(str(counted.counts.get(status, 0) or "–") for status in _STATUSES),
        )
        for key, counted in sorted(
            known.items(), key=lambda item: _ORDER.index(frameworks.framework(item[0]).role)
        )
    ]
    head = ("framework", "speaks of", *_STATUSES)
    parts = [
        "## Frameworks\n",
        table(head, counts, right=tuple(range(2, len(head)))),
        "*Clear* means that the listed checks found no gap on what was assessed at that moment. "
        "It is not a statement of compliance. One gap can count at several controls.\n",
    ]
    for key, counted in known.items():
        parts.append(f"### {safe(counted.title)}\n")
        if not frameworks.framework(key).official_ids:
            parts.append("Its publisher numbers nothing but the layers; other ids are ours.\n")
        parts.extend(_controls(rows.filter(pl.col("framework") == key), counted))
    return "\n".join(parts)


def _titled(title: str, version: str) -> str:
    return title if title.endswith(version) else f"{title} {version}"


def _controls(rows: pl.DataFrame, counted: FrameworkCount) -> Iterator[str]:
    """The counts in words, a line for each control that was assessed, the names of the others."""
    there = [f"{counted.counts[status]} {status}" for status in _STATUSES if counted.counts.get(status)]
    lacking = [status for status in _STATUSES[:-1] if not counted.counts.get(status)]
    none = f"; none {', '.join(lacking)}" if lacking else ""
    yield f"{count(len(rows), 'control')}: {', '.join(there)}{none}.\n"
    telling = rows.filter(pl.col("status").is_in(_TELLING))
    if len(telling):
        yield table(
            ("control", "title", "status", "gaps", "clear", "unknown"),
            [
                (
                    row["control"],
                    safe(row["title"]),
                    row["status"],
                    *(
                        f"{row[column]:,}" if row[column] else "–"
                        for column in ("gaps", "clears", "unknowns")
                    ),
                )
                for row in telling.iter_rows(named=True)
            ],
            right=(3, 4, 5),
        )
    named = [f"- {words}" for words in _named(rows.filter(~pl.col("status").is_in(_TELLING)))]
    if named:
        yield "\n".join((*named, ""))


def _named(rows: pl.DataFrame) -> Iterator[str]:
    """Controls without a line of their own, by status; unknown ones by what would have to say."""
    for status in ("attested", "not applicable"):
        own = rows.filter(pl.col("status") == status)
        if len(own):
            yield f"{status} ({len(own)}): " + ", ".join(
                f"{control} {safe(title)}" for control, title in own.select("control", "title").iter_rows()
            )
    for evidence, why in _UNKNOWN.items():
        own = rows.filter(pl.col("status") == "unknown", pl.col("evidence") == evidence)
        if len(own):
            yield f"unknown, {why} ({len(own)}): {', '.join(own['control'])}"
