"""A difference in a dozen lines, for the first screen and the first page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from posture.model import figures
from posture.model.assessment import Assessment
from posture.model.keys import short
from posture.model.overview import Change
from posture.score.diff import Diff, GapChanged, ReachChanged

_LISTED = 8
"""Agents named one by one; the rest are counted."""

_MARKS = {
    "new": "+", "reopened": "+", "excuse ended": "+", "resolved": "-", "accepted": "-", "out of sight": "~",
}  # fmt: skip
_WORDS = {
    "new": "new",
    "reopened": "back after they were resolved",
    "excuse ended": "no longer excused",
    "resolved": "resolved",
    "accepted": "accepted or called false",
    "out of sight": "no longer seen, which does not mean mended",
}
_OTHERWISE = {
    "data": "in what the run before did not read or could not decide",
    "settings": "with other settings",
    "code": "with another posture or catalogue",
}


def changes(found: Diff, new: Assessment) -> tuple[Change, ...]:
    """What really changed first, then what other data, settings or code show."""
    names = _names(new)
    real = [*_gaps(found.gaps, "real"), *_reaches(found.reach, names)]
    other = [line for because in _OTHERWISE for line in _gaps(found.gaps, because)]
    return (*_figures(found), *real, *other, *_around(found))


def _figures(found: Diff) -> Iterator[Change]:
    was, is_ = (figures.score(score) for score in found.score)
    if was != is_:
        yield Change(mark="~", says=f"{figures.SCORE}: {was}, then {is_}")
    risk_was, risk = (f"{risk:,.0f}" for risk in found.risk)
    if risk_was != risk:
        yield Change(mark="~", says=f"path risk: {risk_was}, then {risk}")


def _gaps(gaps: Sequence[GapChanged], because: str) -> Iterator[Change]:
    counted = Counter((one.change, one.severity) for one in gaps if one.because == because)
    for change, words in _WORDS.items():
        numbers = {word: number for (said, word), number in counted.items() if said == change}
        if not numbers:
            continue
        total = sum(numbers.values())
        by = ", ".join(
            f"{numbers[word]} {word}" for word in ("critical", "high", "medium", "low") if word in numbers
        )
        otherwise = f", {_OTHERWISE[because]}" if because in _OTHERWISE and change != "out of sight" else ""
        mark = _MARKS[change] if because == "real" else "~"
        yield Change(mark=mark, says=f"{total} gap{'s' * (total != 1)} {words}{otherwise}: {by}")


def _reaches(reach: Sequence[ReachChanged], names: dict[str, str]) -> Iterator[Change]:
    by_agent: dict[str, list[ReachChanged]] = {}
    for one in reach:
        by_agent.setdefault(one.agent, []).append(one)
    for agent, changed in sorted(by_agent.items())[:_LISTED]:
        for change in _REACHED:
            mine = [one for one in changed if one.change == change]
            if mine:
                yield _reached(names.get(agent) or short(agent), change, mine)
    if len(by_agent) > _LISTED:
        yield Change(mark="~", says=f"{len(by_agent) - _LISTED} more agents reach other systems than before")


_REACHED = {
    "gained": ("+", "now reaches"),
    "now certain": ("+", "now certainly reaches"),
    "wider": ("+", "may do more on"),
    "lost": ("-", "no longer reaches"),
    "no longer certain": ("-", "no longer certainly reaches"),
    "narrower": ("-", "may do less on"),
    "out of sight": ("~", "was not seen to reach"),
}


def _reached(agent: str, change: str, mine: Sequence[ReachChanged]) -> Change:
    mark, words = _REACHED[change]
    systems = ", ".join(short(one.system) for one in mine[:3])
    more = f" and {len(mine) - 3} more" if len(mine) > 3 else ""
    sure = "" if all(one.certain for one in mine) or "certain" in change else " (possibly)"
    because = {one.because for one in mine}
    otherwise = "" if "real" in because else f", {_OTHERWISE[min(because)]}"
    return Change(
        mark=mark if "real" in because else "~", says=f"{agent} {words} {systems}{more}{sure}{otherwise}"
    )


def _around(found: Diff) -> Iterator[Change]:
    if found.identities:
        said = ", ".join(f"{word} {was} to {is_}" for word, was, is_ in found.identities)
        yield Change(mark="~", says=f"identities: {said}")
    for word, pairs in (("newly read", found.new_sources), ("no longer read", found.lost_sources)):
        by_source: dict[str, list[str]] = {}
        for source, scope in pairs:
            by_source.setdefault(source, []).append(scope)
        for source, scopes in sorted(by_source.items()):
            where = f" of {scopes[0] or 'what was given'}" + (
                f" and {len(scopes) - 1} more" if len(scopes) > 1 else ""
            )
            yield Change(mark="~", says=f"{word}: {source or 'a source'}{where}")
    for name, was, is_ in found.settings:
        yield Change(mark="~", says=f"setting {name}: {was} became {is_}")
    for said in found.code:
        yield Change(mark="~", says=f"{said}: assess the old input again to tell real change from new code")


def _names(run: Assessment) -> dict[str, str]:
    rows = run.tables["agents"].select("key", "name").collect()
    return {key: name for key, name in rows.iter_rows() if name}
