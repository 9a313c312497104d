"""The short summary for a terminal: blind spots first, at most sixty lines of eighty columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import BinaryIO

import polars as pl

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.model.classes import Classes
from posture.model.keys import short
from posture.model.text import plain
from posture.reports.pages.standing import score_words
from posture.reports.pages.words import figure, hours, percent, when
from posture.reports.registry import Format

FORMAT = Format(id="summary", suffix=".txt", title="a page for the terminal")

WIDTH = 80
LINES = 60
_BLIND, _ADMINS, _ESCALATIONS, _AGENTS, _STEPS = 6, 12, 8, 6, 8


def write(assessment: Assessment, _frameworks: Frameworks, out: BinaryIO) -> None:
    """Plain text, no colour; foreign text cannot act on the terminal."""
    lines = [*_head(assessment), *_blind(assessment), *_who(assessment), *_first(assessment), *_end()]
    fitted = [line if len(line) <= WIDTH else line[: WIDTH - 1] + "…" for line in lines]
    if len(fitted) > LINES:
        fitted = [*fitted[: LINES - 3], "…", *fitted[-2:]]
    out.write(("\n".join(plain(line, WIDTH) for line in fitted) + "\n").encode())


def _head(assessment: Assessment) -> Iterable[str]:
    overview = assessment.overview
    scopes = ", ".join(f"{count} {provider}" for provider, count in overview.scopes.items()) or "no scope"
    classes = ", ".join(f"{count} {word}" for word, count in overview.identities.items()) or "none"
    gaps = ", ".join(
        f"{overview.gaps[w]} {w}" for w in ("critical", "high", "medium", "low") if w in overview.gaps
    )
    yield f"{overview.organisation or 'posture'}: {scopes}; as of {when(overview.as_of)}"
    yield f"identities  {classes}; {overview.provider_owned} the provider's own"
    yield f"agents      {overview.agents} with {overview.tools} tools; {overview.credentials} credentials"
    yield f"controls    {score_words(overview)}; coverage {overview.score.coverage:.0f} %"
    yield f"path risk   {figure(overview.risk.total)}, {figure(overview.risk.after_plan)} after the plan"
    yield f"gaps        {gaps or 'none found'}"


def _blind(assessment: Assessment) -> Iterable[str]:
    overview = assessment.overview
    lines = [*overview.errors, *overview.blind]
    if lines or overview.assumptions:
        yield ""
        yield "What could not be seen"
    yield from _listed(lines, _BLIND, "  ? ")
    if overview.assumptions:
        yield from _wrapped("assumes " + "; ".join(overview.assumptions), "  ~ ")


def _who(assessment: Assessment) -> Iterable[str]:
    acting = assessment.tables["links"].filter(pl.col("kind") == "may-act")
    admin = (pl.col("classes").fill_null(0) & int(Classes.ADMIN)) != 0
    plane = pl.col("to").str.ends_with(":control-plane")
    admins = (
        acting.filter(admin & plane & pl.col("method").is_null() & pl.col("certain"))
        .sort("from", "because")
        .collect()
    )
    if not admins.is_empty():
        yield ""
        yield f"Administrators ({admins['from'].n_unique()}), and the statement that makes them so"
        each = admins.unique("from", keep="first", maintain_order=True)
        yield from _listed(
            [f"{short(r['from'])}: {r['because']}" for r in each.iter_rows(named=True)], _ADMINS, "  ! "
        )
    ways = (
        assessment.tables["links"]
        .filter(pl.col("method").is_not_null())
        .sort("certain", "from", "method", "to", descending=[True, False, False, False])
        .collect()
    )
    if not ways.is_empty():
        yield ""
        sure = ways.filter(pl.col("certain"))["from"].n_unique()
        yield f"Escalations: {sure} identities for certain, {ways['from'].n_unique()} with conditional ones"
        each = ways.group_by("from", maintain_order=True).agg(
            pl.col("method").unique().sort(), pl.col("certain").any()
        )
        rows = [
            f"{short(r['from'])}: {', '.join(r['method'])}{'' if r['certain'] else ' (conditional)'}"
            for r in each.iter_rows(named=True)
        ]
        yield from _listed(rows, _ESCALATIONS, "  > ")
    yield from _agents(assessment)


def _agents(assessment: Assessment) -> Iterable[str]:
    agents = assessment.tables["agents"].sort("key").select("key", "name").collect()
    if agents.is_empty():
        return
    yield ""
    yield f"Agents ({len(agents)}), and how much each reaches"
    reach = assessment.tables["reach"].group_by("origin").agg(
        (pl.col("certain") != 0).sum().alias("sure"), pl.len().alias("all")
    )  # fmt: skip
    numbers = {row[0]: (row[1], row[2]) for row in reach.collect().iter_rows()}
    rows = sorted(agents.iter_rows(), key=lambda row: (-numbers.get(row[0], (0, 0))[0], row[0]))
    told = []
    for key, name in rows:
        sure, every = numbers.get(key, (0, 0))
        more = f", {every - sure} more possibly" if every > sure else ""
        told.append(f"{name or short(key)}: {sure} systems{more}")
    yield from _listed(told, _AGENTS, "  · ")


def _first(assessment: Assessment) -> Iterable[str]:
    steps = assessment.tables["steps"].filter(pl.col("lane") == "order").sort("n").head(_STEPS).collect()
    yield ""
    if steps.is_empty():
        yield "No step is needed for what was assessed."
        return
    yield "First steps: due, effort, share of path risk"
    total = assessment.overview.risk.total or 1.0
    for row in steps.iter_rows(named=True):
        due = row["label"] or "when planned"
        mark = (
            f"  {row['n']:>2} {due:<12} {hours(row['effort']):>6} {'-' + percent(row['gain'] / total):>7}  "
        )
        yield from _wrapped(row["title"], mark)


def _end() -> Iterable[str]:
    yield ""
    yield "Open it: posture open SOURCE...   Full report: posture assess SOURCE... -f markdown"


def _listed(lines: list[str], most: int, mark: str) -> Iterable[str]:
    for line in lines[:most]:
        yield from _wrapped(line, mark)
    if len(lines) > most:
        yield f"{' ' * len(mark)}and {len(lines) - most} more"


def _wrapped(line: str, mark: str) -> list[str]:
    """At most two lines; what is longer is cut with a mark and stands in full in the reports."""
    made = textwrap.wrap(
        line, WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark), max_lines=2, placeholder=" …"
    )
    return made or [mark]
