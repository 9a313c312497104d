"""The attack paths that matter: ways that differ only in their last link are told once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.model.classes import strongest
from posture.reports.names import Names, reason
from posture.reports.pages.words import count, percent, safe

_LISTED = 8
_SYSTEMS = 4


@dataclass(frozen=True, slots=True)
class _Way:
    """Ways of one origin that share every link but the last."""

    paths: tuple[dict[str, Any], ...]
    hops: tuple[dict[str, Any], ...]
    """Of the heaviest of `paths`."""

    @property
    def share(self) -> float:
        return float(sum(path["share"] for path in self.paths))

    @property
    def likelihood(self) -> float:
        return float(max(path["likelihood"] for path in self.paths))


def paths(assessment: Assessment, _frameworks: Frameworks) -> str:
    """Most likely first, then highest impact, each with what it rests on and the step that cuts it."""
    found = _ways(assessment)
    if not found:
        return "## Attack paths\n\nNo path from an origin to a system was found in what was read."
    names = Names(assessment.tables)
    cuts = _cuts(assessment)
    likely = sorted(found, key=lambda way: (-way.likelihood, -way.share, way.paths[0]["id"]))[:_LISTED]
    told = {way.paths[0]["id"] for way in likely}
    heavy = [
        way
        for way in sorted(found, key=lambda way: (-way.share, way.paths[0]["id"]))[:_LISTED]
        if way.paths[0]["id"] not in told
    ]
    parts = [
        f"## Attack paths\n\n{count(sum(len(way.paths) for way in found), 'path')} in {len(found)} groups; "
        "all of them are in the JSON report.\n",
        "### Most likely\n",
        *(_told(way, names, cuts) for way in likely),
    ]
    if heavy:
        parts.extend(["\n### Highest impact\n", *(_told(way, names, cuts) for way in heavy)])
    return "\n".join(parts)


def _ways(assessment: Assessment) -> list[_Way]:
    listed = assessment.frame("paths").sort("weight", "id", descending=[True, False])
    hops: dict[str, list[dict[str, Any]]] = {}
    for row in assessment.frame("hops").sort("path", "n").iter_rows(named=True):
        hops.setdefault(row["path"], []).append(row)
    groups: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for path in listed.iter_rows(named=True):
        before = tuple(hop["to"] for hop in hops.get(path["id"], ())[:-1])
        groups.setdefault((path["route"], path["origin"], path["certain"], before), []).append(path)
    return [_Way(tuple(rows), tuple(hops.get(rows[0]["id"], ()))) for rows in groups.values()]


def _told(way: _Way, names: Names, cuts: Mapping[str, tuple[int, str]]) -> str:
    first = way.paths[0]
    classes = 0
    for path in way.paths:
        classes |= path["classes"]
    systems = [safe(name) for name in names.few([path["system"] for path in way.paths], _SYSTEMS)]
    marks = [strongest(classes), first["route"], f"{percent(way.share)} of path risk"]
    if not first["certain"]:
        marks.append("conditional")
    if any(path["assumed"] for path in way.paths):
        marks.append("a factor is assumed")
    lines = [
        f"- **{safe(names.of(first['origin']))}** to {', '.join(f'**{name}**' for name in systems)}: "
        + ", ".join(marks)
    ]
    lines.extend(f"  - {line}" for line in _steps(way.hops, names))
    cut = _cut(way, cuts)
    lines.append(
        f"  - cut by step {cut[0]}: {safe(cut[1])}" if cut else "  - no single step of the plan cuts it"
    )
    return "\n".join(lines)


def _steps(hops: Iterable[dict[str, Any]], names: Names) -> Iterable[str]:
    for hop in hops:
        because = f" ({safe(reason(hop['because']))})" if hop["because"] else ""
        waits = f"; depends on {safe(hop['depends_on'])}" if hop["depends_on"] else ""
        yield f"{safe(names.of(hop['from']))} {hop['kind']} {safe(names.of(hop['to']))}{because}{waits}"


def _cuts(assessment: Assessment) -> dict[str, tuple[int, str]]:
    """The earliest step that removes risk at a node: of the node, of a policy in it or attached to it."""
    steps = (
        assessment.tables["steps"]
        .filter(pl.col("lane") == "order", pl.col("gain") > 0)
        .sort("n", descending=True)
        .select("n", "title", "subject")
        .collect()
    )
    found: dict[str, tuple[int, str]] = {}
    for n, title, subject in steps.iter_rows():
        for key in {subject, subject.partition(" on ")[2], subject.partition("#")[0]} - {""}:
            found[key] = (n, title)
    return found


def _cut(way: _Way, cuts: Mapping[str, tuple[int, str]]) -> tuple[int, str] | None:
    nodes = [way.paths[0]["origin"], *(hop["to"] for hop in way.hops)]
    return min((cuts[node] for node in nodes if node in cuts), default=None)
