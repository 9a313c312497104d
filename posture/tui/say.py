"""How figures are said on the screens: durations, dates, shares, counts, and the marks beside words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

SEVERITY_MARKS = {"critical": "▲▲", "high": "▲ ", "medium": "• ", "low": "· "}
SEVERITIES = tuple(SEVERITY_MARKS)
URGENT = ("contain-now", "rotate-now")
"""Labels of what cannot wait; nothing else is red."""

LABELS = {"contain-now": "contain now", "rotate-now": "rotate now"}
UNKNOWN = "?"
HATCH = "▒"


def worst_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Severities that occur, the worst first."""
    return [(word, counts[word]) for word in SEVERITIES if counts.get(word)]


def duration(hours: float) -> str:
    """`hours` in the largest unit that still says something: 30 min, 4 h, 12 d, 3 y."""
    size = abs(hours)
    if size < 1:
        return f"{round(size * 60)} min"
    if size < 72:
        return f"{round(size)} h"
    days = round(size / 24)
    return f"{days} d" if days < 730 else f"{days // 365} y"


def hours_between(earlier: datetime, later: datetime) -> float:
    """Hours from `earlier` to `later`; negative the other way."""
    return (later - earlier).total_seconds() / 3600


def due(when: datetime | None, as_of: datetime | None) -> str:
    """`in 3 h`, `late 2 d`; a dash where nothing is due, the stamp where nobody says what time it is."""
    if when is None:
        return "–"
    if as_of is None:
        return stamp(when)
    left = hours_between(as_of, when)
    return f"late {duration(left)}" if left < 0 else f"in {duration(left)}"


def age(then: datetime, as_of: datetime | None) -> str:
    """`91 d`, counted back from `as_of`."""
    return stamp(then) if as_of is None else duration(max(0.0, hours_between(then, as_of)))


def stamp(when: datetime) -> str:
    """`1 Jul 2026 09:00Z`."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year} {when:%H:%M}Z"


def day(when: datetime) -> str:
    """`1 Jul`."""
    return f"{when.day} {_MONTHS[when.month - 1]}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def share(part: float) -> str:
    """`31 %` of a whole of 1; `<1 %` and `>99 %` where rounding would say nothing, or all of it."""
    percent = round(part * 100)
    if part > 0 and percent == 0:
        return "<1 %"
    return ">99 %" if percent == 100 and part < 1 - 1e-9 else f"{percent} %"


def folder(path: Path) -> str:
    """Where `path` lies, as its owner says it."""
    folder, home = path.absolute().parent, Path.home()
    return str(Path("~") / folder.relative_to(home)) if folder.is_relative_to(home) else str(folder)


def amount(value: float) -> str:
    """A quantity of risk: as many digits as help."""
    if value >= 10 or value == 0:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 system`, `1,204 systems`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def effort(hours: float) -> str:
    """Hours of work: `2 h`, `2.5 h`, `1,206 h`."""
    return f"{hours:,.0f} h" if hours >= 10 else f"{round(hours, 1):g} h"


def label(word: str) -> str:
    """A due label in words."""
    return LABELS.get(word, word)
