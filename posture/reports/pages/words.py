"""How the report writes foreign text, times, shares and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from posture.model.overview import Overview
from posture.model.text import plain

_ACTIVE = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$-])")
_ADDRESS = re.compile(r"(?i)\b(https?|ftp|www)([:.])")


def safe(text: object) -> str:
    """Foreign text that cannot become markup, a link or a new table cell."""
    shown = _ACTIVE.sub(r"\\\1", plain(str(text)))
    # An address in a name must not turn into a link by itself.
    return _ADDRESS.sub(r"\1\\\2", shown)


def code(text: object) -> str:
    """Foreign text as code; its own backticks and bars become look-alikes that end nothing."""
    shown = plain(str(text)).replace("`", "ˋ").replace("|", "¦").replace("<", "‹").replace(">", "›")
    return f"`{shown}`" if shown.strip() else "``"


def when(time: datetime | None) -> str:
    """A moment in UTC to the minute."""
    return "not known" if time is None else time.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")


def percent(share: float) -> str:
    """A share of 0 to 1, as people say it."""
    shown = 100 * share
    return f"{shown:.0f} %" if shown >= 10 or shown == 0 else f"{shown:.1f} %"


def figure(value: float) -> str:
    """A figure of risk: whole from ten on."""
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.1f}"


def hours(value: float) -> str:
    """A duration in hours: minutes, hours or days."""
    if value < 1:
        return f"{value * 60:.0f} min"
    return f"{value:g} h" if value < 48 else f"{value / 24:.0f} d"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> str:
    """A Markdown table of cells that are already safe; `right` aligns columns with numbers."""
    marks = ["--:" if at in right else "---" for at in range(len(head))]
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, marks, *rows)]
    return "\n".join(lines) + "\n"


def bar(share: float, width: int = 20) -> str:
    """A bar of `width` characters for a share of 0 to 1."""
    filled = max(0, min(width, round(share * width)))
    return "█" * filled + "░" * (width - filled)


def score_words(overview: Overview) -> str:
    """The score with its range, or the range alone where it is provisional."""
    score = overview.score
    span = f"{score.low:.0f} to {score.high:.0f}"
    if score.value is None:
        return f"not assessed, possible range {span}"
    if score.provisional:
        return f"provisional, {span}"
    shown = f"{score.shown if score.shown is not None else score.value:.1f}"
    capped = f", capped from {score.value:.1f}: {score.ceiling_because}" if score.ceiling is not None else ""
    return f"{shown} ({span}{capped})"
