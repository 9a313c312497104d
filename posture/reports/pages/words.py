"""How the report writes foreign text, times, shares and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from posture.model.text import plain

_ACTIVE = re.compile(r"[\\`*\[\]<>|~&$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_STARTS = re.compile(r"^(\s*(?:\d+(?=[.)]))?)(?=[#+=-]|(?<=\d)[.)])")
_LIVE = re.compile(r"(?i)(\S*(?:@|://|www\.|mailto:|xmpp:)[^\s;,)]*)")
"""What renderers turn into links by themselves; no backslash stops them for addresses of mail, code does."""
_LEAST = 0.1
"""What is less and not nothing is told as less than this."""


def safe(text: object, longest: int = 512) -> str:
    """Foreign text that cannot become markup, a link, a block or a new table cell."""
    parts = _LIVE.split(plain(str(text), longest))
    shown = "".join(code(part) if at % 2 else _ACTIVE.sub(r"\\\g<0>", part) for at, part in enumerate(parts))
    return _STARTS.sub(r"\1\\", shown)


def code(text: object) -> str:
    """Foreign text as code; its own backticks and bars become look-alikes that end nothing."""
    shown = plain(str(text)).replace("`", "ˋ").replace("|", "¦").replace("<", "‹").replace(">", "›")
    return f"`{shown}`" if shown.strip() else ""


def when(time: datetime | None) -> str:
    """A moment in UTC to the minute."""
    return "not known" if time is None else time.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")


def percent(share: float) -> str:
    """A share of 0 to 1, as people say it."""
    shown = 100 * share
    if 0 < shown < _LEAST:
        return f"<{_LEAST} %"
    if 99 < shown < 100:
        # What is not all of it is not told as that.
        return f"{min(shown, 99.9):.1f} %"
    return f"{shown:.0f} %" if shown >= 10 or shown == 0 else f"{shown:.1f} %"


def figure(value: float) -> str:
    """A figure of risk: whole from ten on."""
    if 0 < value < _LEAST:
        return f"<{_LEAST}"
    return f"{value:,.0f}" if abs(value) >= 10 or value == 0 else f"{value:.1f}"


def hours(value: float) -> str:
    """A duration in hours: minutes, hours or days."""
    if value < 1:
        return f"{value * 60:.0f} min"
    return f"{value:g} h" if value < 48 else f"{value / 24:.0f} d"


def effort(value: float) -> str:
    """Hours of work; no days, since a day of work is not a day of the clock."""
    return f"{value * 60:.0f} min" if value < 1 else f"{value:,.0f} h" if value >= 10 else f"{value:g} h"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> str:
    """A Markdown table of cells that are already safe; `right` aligns columns with numbers."""
    marks = ["--:" if at in right else "---" for at in range(len(head))]
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, marks, *rows)]
    return "\n".join(lines) + "\n"


def bar(share: float, width: int = 20) -> str:
    """A bar of `width` characters for a share of 0 to 1."""
    filled = max(0, min(width, round(share * width)))
    return "█" * filled + "░" * (width - filled)


def count(number: int, noun: str) -> str:
    """`1 step`, `1,200 steps`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
