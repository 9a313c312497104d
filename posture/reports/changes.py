"""The difference of two runs as text: reach by agent, gaps one by one, and what is not the estate's doing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from posture.model import figures
from posture.model.classes import Classes
from posture.model.overview import Overview
from posture.model.text import plain
from posture.reports.pages.words import figure, when
from posture.score.diff import Diff, GapChanged, ReachChanged

_LISTED = 200
"""Lines of one kind; the rest is counted, and the JSON reports hold every one."""

_OTHERWISE = {
    "data": "not the estate's doing: more or less was read or known",
    "settings": "not the estate's doing: other settings",
    "code": "cannot be told apart from new code",
}


def changes(before: Overview, after: Overview, found: Diff) -> bytes:
    """Figures, what really changed, then the rest by reason."""
    return ("\n".join(_lines(before, after, found)) + "\n").encode()


def _lines(before: Overview, after: Overview, found: Diff) -> Iterator[str]:
    yield f"from {_run(before)} to {_run(after)}"
    (was, is_), (risk_was, risk) = found.score, found.risk
    yield f"{figures.SCORE}: {figures.score(was)}, then {figures.score(is_)}"
    yield f"path risk: {figure(risk_was)}, then {figure(risk)}"
    yield from _section(found, "real", "What changed in the estate")
    for because, title in _OTHERWISE.items():
        yield from _section(found, because, title[0].upper() + title[1:])
    around = list(_around(found))
    if around:
        yield from ("", "Sources, settings and code", *around)
    if not (found.gaps or found.reach or around):
        moved = risk_was != risk or was != is_
        yield "nothing else changed: that comes of the later moment" if moved else "nothing changed"


def _run(overview: Overview) -> str:
    return f"{when(overview.as_of)} ({overview.digest[:16] or 'no digest'})"


def _section(found: Diff, because: str, title: str) -> Iterator[str]:
    reach = [_reached(one) for one in found.reach if one.because == because]
    gaps = [_gap(one) for one in found.gaps if one.because == because]
    if reach or gaps:
        yield from ("", title)
        yield from _cut(reach)
        yield from _cut(gaps)


def _cut(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:_LISTED]
    if len(lines) > _LISTED:
        yield f"  and {len(lines) - _LISTED} more"


def _reached(one: ReachChanged) -> str:
    mark = {"gained": "+", "now certain": "+", "wider": "+", "out of sight": "~"}.get(one.change, "-")
    sure = "certain" if one.certain else "possible"
    classes = _words(one.after or one.before)
    if one.before and one.after and one.before != one.after:
        classes = f"{_words(one.before)} became {_words(one.after)}"
    return f"  {mark} {plain(one.agent)} {one.change}: {plain(one.system)} ({classes}; {sure})"


def _words(mask: int) -> str:
    return ", ".join(bit.name.lower() for bit in Classes if bit & mask and bit.name) or "nothing"


def _gap(one: GapChanged) -> str:
    mark = {"new": "+", "reopened": "+", "excuse ended": "+", "out of sight": "~"}.get(one.change, "-")
    name = f"{plain(one.name)}, " if one.name and one.name != one.subject else ""
    return f"  {mark} {one.change}: {one.severity} {one.check} on {name}{plain(one.subject)} ({one.finding})"


def _around(found: Diff) -> Iterator[str]:
    for source, scope in found.new_sources:
        yield f"  ~ newly read: {source or 'a source'} of {plain(scope or 'what was given')}"
    for source, scope in found.lost_sources:
        yield f"  ~ no longer read: {source or 'a source'} of {plain(scope or 'what was given')}"
    for name, was, is_ in found.settings:
        yield f"  ~ setting {name}: {was} became {is_}"
    for said in found.code:
        yield f"  ~ {said}"
    if found.code:
        yield "  assess the old input again with this posture to tell real change from new code"
