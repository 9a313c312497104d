"""The short summary for a terminal: blind spots first, at most sixty lines of eighty columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import BinaryIO

import polars as pl

from posture.frameworks import Frameworks
from posture.model import figures
from posture.model.assessment import Assessment
from posture.model.text import plain
from posture.reports.escalations import Escalation, administrators, escalations
from posture.reports.names import Names, listed, reason
from posture.reports.pages.words import count, effort, figure, percent, when
from posture.reports.reached import by_origin
from posture.reports.registry import Format

FORMAT = Format(id="summary", suffix=".txt", title="a page for the terminal")

WIDTH = 80
LINES = 60
_BLIND, _ADMINS, _AGENTS, _STEPS = 5, 8, 6, 5


def write(assessment: Assessment, _frameworks: Frameworks, out: BinaryIO) -> None:
    """Plain text, no colour; foreign text cannot act on the terminal."""
    names = Names(assessment.tables)
    before = [
        *_title(assessment),
        *_blind(assessment),
        *_figures(assessment),
        *_administrators(assessment, names),
    ]
    after = [*_agents(assessment, names), *_first(assessment), *_end()]
    room = LINES - len(before) - len(after)
    lines = [*before, *_escalations(assessment, names, room), *after]
    out.write(("\n".join(plain(line, WIDTH) for line in lines[:LINES]) + "\n").encode())


def _title(assessment: Assessment) -> Iterable[str]:
    overview = assessment.overview
    scopes = ", ".join(figures.scopes(overview)) or "no account or project was read"
    whose = plain(overview.organisation, 40) or "posture"
    yield from _wrapped(f"{whose}: {scopes}; as of {when(overview.as_of)}", "")


def _blind(assessment: Assessment) -> Iterable[str]:
    overview = assessment.overview
    lines = [*overview.errors, *overview.blind]
    yield ""
    yield "What could not be seen"
    yield from _cut(lines, _BLIND, "  ? ", each=3 if len(lines) <= 3 else 2)
    if overview.assumptions:
        yield from _wrapped("assumes " + "; ".join(overview.assumptions), "  ~ ", most=2)
    if not lines and not overview.assumptions:
        yield "  nothing that the sources would have shown is missing"


def _figures(assessment: Assessment) -> Iterable[str]:
    overview = assessment.overview
    gaps = ", ".join(
        f"{overview.gaps[w]} {w}" for w in ("critical", "high", "medium", "low") if w in overview.gaps
    )
    yield ""
    own = figures.left_out(overview)
    yield from _wrapped(figures.identities(overview) + (f"; {own}" if own else ""), "identities     ", most=3)
    agents = f"{overview.agents:,} with {count(overview.tools, 'tool')}" if overview.agents else "none read"
    yield f"agents         {agents}"
    yield f"credentials    {overview.credentials:,}" if overview.credentials else "credentials    none read"
    yield f"systems        {figures.systems(overview)}"
    yield from _wrapped(figures.score(overview.score), "control score  ")
    yield f"coverage       {overview.score.coverage:.0f} % of what the checks apply to was assessed"
    yield f"path risk      {figure(overview.risk.total)}, {figure(overview.risk.after_plan)} after the plan"
    yield f"gaps           {gaps or 'none found'}"


def _administrators(assessment: Assessment, names: Names) -> Iterable[str]:
    found = administrators(assessment)
    if not found:
        return
    scopes = {row.scope for row in found}
    yield ""
    yield f"Administrators ({sum(len(row.who) for row in found)}), by the statement that makes them so"
    lines = [
        f"{reason(row.because)}{f' ({names.scope(row.scope)})' if len(scopes) > 1 else ''}: "
        + ", ".join(names.of(key) for key in row.who[:12])
        + (f" and {len(row.who) - 12} more" if len(row.who) > 12 else "")
        for row in found
    ]
    yield from _cut(lines, _ADMINS, "  ! ", each=4)


def _escalations(assessment: Assessment, names: Names, room: int) -> Iterable[str]:
    found = escalations(assessment)
    if not found.rows:
        return
    hidden = f"; {found.hidden} more of the providers' own" if found.hidden else ""
    yield ""
    yield (
        f"Escalations (! to administrator): {found.count(True)} certain, "
        f"{found.count(False)} conditional{hidden}"
    )
    sure = [row for row in found.rows if row.certain]
    open_ = [row for row in found.rows if not row.certain]
    space = max(2, room - 2 - (3 if open_ else 0))
    shown = sure[:space] if len(sure) <= space else sure[: space - 1]
    spare = space - len(sure)
    for row in shown:
        line = _method(row, names, WIDTH - 4)
        if spare > 0 and len(row.who) > 1 and line.endswith(" more"):
            # A second line where the page has one to spare.
            line, spare = _method(row, names, 2 * WIDTH - 24), spare - 1
        yield from _wrapped(line, "  ! " if row.to_admin else "  > ")
    if len(shown) < len(sure):
        rest = sure[len(shown) :]
        yield from _wrapped(
            f"{len(rest)} further methods: {', '.join(f'{row.says} ({len(row.who)})' for row in rest)}",
            "  > ",
            most=1,
        )
    if open_:
        said = "; ".join(f"{row.says} ({len(row.who)})" for row in open_)
        yield from _wrapped(f"if a condition holds: {said}", "  ~ ", most=3)


def _method(row: Escalation, names: Names, room: int) -> str:
    """The method in words, and as many names as `room` holds."""
    head = f"{row.says} ({len(row.who)}): "
    called = [names.of(key) for key in row.who]
    for most in range(len(called), 0, -1):
        line = head + listed(called, most)
        if len(line) <= room:
            return line
    return head + listed(called, 1)


def _agents(assessment: Assessment, names: Names) -> Iterable[str]:
    agents = assessment.tables["agents"].select("key").collect()["key"].to_list()
    if not agents:
        return
    yield ""
    yield f"Agents ({len(agents)}), and how much each reaches"
    reached = by_origin(assessment.tables)
    told = []
    for key in sorted(agents, key=lambda key: (-reached[key].sure, key)):
        told.append(f"{names.of(key)}: {reached[key].all_words}")
    yield from _cut(told, _AGENTS, "  · ", each=1)


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
        share = percent(row["gain"] / total) if row["gain"] > 0 else "–"
        mark = f"  {row['n']:>2} {due:<12} {effort(row['effort']):>6} {share:>7}  "
        yield from _wrapped(row["title"], mark, most=2)


def _end() -> Iterable[str]:
    yield ""
    yield "Open it: posture open SOURCE   In full: posture assess SOURCE -f markdown"


def _cut(lines: Sequence[str], most: int, mark: str, each: int = 2) -> Iterable[str]:
    for line in lines[:most]:
        yield from _wrapped(line, mark, each)
    if len(lines) > most:
        yield f"{' ' * len(mark)}and {len(lines) - most} more"


def _wrapped(line: str, mark: str, most: int = 2) -> list[str]:
    """At most `most` lines; what is longer is cut with a mark and stands in full in the reports."""
    made = textwrap.wrap(
        plain(line, 4096),
        WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        max_lines=most,
        placeholder=" …",
        break_on_hyphens=False,
    )
    return made or [mark]
