"""The attack paths that matter: ways that differ only in their last link are told once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from msgspec import Struct

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.model.classes import Classes, strongest
from posture.reports.names import Names, reason
from posture.reports.pages.words import count, percent, safe

_LISTED = 8
_SYSTEMS = 4
_PLANE = ":control-plane"
_VERBS: Mapping[str, str] = {
    "uses-tool": "uses", "runs-as": "runs as", "may-become": "may become", "lets-into": "lets into",
    "may-act": "may act on", "delegates": "delegates to", "member-of": "is in", "stored-at": "holds",
}  # fmt: skip
"""Kinds of link as verbs; what lies in a place is walked from the place to the credential."""


class _Way(Struct, frozen=True):
    """Ways of one origin that share every link but the last."""

    paths: tuple[dict[str, Any], ...]
    hops: tuple[dict[str, Any], ...]
    """Of the heaviest of `paths`."""

    @property
    def administered(self) -> str:
        """Key of the scope that these ways end up administering; empty where they do not."""
        planes = (
            path["system"].removesuffix(_PLANE)
            for path in self.paths
            if path["system"].endswith(_PLANE) and path["classes"] & Classes.ADMIN
        )
        return min(planes, default="")

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
    listed = assessment.frame("paths").sort("certain", "weight", "id", descending=[True, True, False])
    hops: dict[str, list[dict[str, Any]]] = {}
    for row in assessment.frame("hops").sort("path", "n").iter_rows(named=True):
        hops.setdefault(row["path"], []).append(row)
    groups: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for path in listed.iter_rows(named=True):
        before = tuple(hop["to"] for hop in hops.get(path["id"], ())[:-1])
        groups.setdefault((path["route"], path["origin"], path["certain"], before), []).append(path)
    made = []
    for rows in groups.values():
        # Of ways that end everywhere in a scope, the one to its control plane speaks for all.
        rows.sort(key=lambda path: not path["system"].endswith(_PLANE))
        made.append(_Way(tuple(rows), tuple(hops.get(rows[0]["id"], ()))))
    return made


def _told(way: _Way, names: Names, cuts: Mapping[str, tuple[int, str]]) -> str:
    first = way.paths[0]
    classes = 0
    for path in way.paths:
        classes |= path["classes"]
    systems = _systems(way, names)
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
        f"  - answered by step {cut[0]}: {safe(cut[1])}" if cut else "  - no step of the plan answers it"
    )
    return "\n".join(lines)


def _systems(way: _Way, names: Names) -> list[str]:
    """Where the ways end; a scope that they administer stands for everything in it."""
    ends = [path["system"] for path in way.paths]
    if not way.administered:
        return [safe(name) for name in names.few(ends, _SYSTEMS)]
    inside = [end for end in ends if names.where(end) == way.administered]
    reached = count(len(inside), "system")
    whole = f"everything in {safe(names.scope(way.administered))} (the best way to {reached} in it)"
    return [whole, *(safe(name) for name in names.few([end for end in ends if end not in inside], 1))]


def _steps(hops: Iterable[dict[str, Any]], names: Names) -> Iterable[str]:
    for hop in hops:
        because = f" ({safe(reason(hop['because']))})" if hop["because"] else ""
        waits = f"; depends on {safe(hop['depends_on'])}" if hop["depends_on"] else ""
        verb = _VERBS.get(hop["kind"], hop["kind"])
        start, end = (safe(_name(names, hop[side])) for side in ("from", "to"))
        yield f"{start} {verb} {end}{because}{waits}"


def _name(names: Names, key: str) -> str:
    """Whose tool it is stands in the line above it."""
    return names.bare(key) if key.startswith("tool:") else names.of(key)


def _cuts(assessment: Assessment) -> dict[str, tuple[int, str]]:
    """The earliest step that removes risk at a node: its own subject, or that of a finding it closes."""
    steps = assessment.tables["steps"].filter(pl.col("lane") == "order", pl.col("gain") > 0)
    closed = assessment.tables["step_findings"].join(
        assessment.tables["findings"].select(pl.col("id").alias("finding"), pl.col("subject").alias("node")),
        on="finding",
    )
    rows = (
        steps.select("n", "title", "subject", pl.col("id").alias("step"))
        .join(closed.select("step", "node"), on="step", how="left")
        .sort("n", "node", descending=True)
        .collect()
    )
    found: dict[str, tuple[int, str]] = {}
    for n, title, subject, _step, node in rows.iter_rows():
        found[subject] = (n, title)
        if node:
            found[node] = (n, title)
    return found


def _cut(way: _Way, cuts: Mapping[str, tuple[int, str]]) -> tuple[int, str] | None:
    nodes = [way.paths[0]["origin"], *(hop["to"] for hop in way.hops)]
    return min((cuts[node] for node in nodes if node in cuts), default=None)
