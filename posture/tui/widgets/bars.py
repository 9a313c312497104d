"""Bars, curves and counts drawn with characters, each proportional to one stated whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from textual.content import Content

from posture.tui import say

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_HEIGHTS = "▁▂▃▄▅▆▇█"
STATUS_LOOKS = {
    "gap": ("■", "$foreground"),
    "accepted": ("▣", "$text-muted"),
    "expired": ("▣", "$warning"),
    "partial": (say.HATCH, "$warning"),
    "clear": ("□", "$foreground"),
    "attested": ("◇", "$foreground"),
    "unknown": (say.UNKNOWN, "$warning"),
    "not applicable": ("·", "$text-muted"),
}
"""Mark and colour of each control status, in order of precedence."""


def bar(part: float, width: int) -> str:
    """A bar of `part` (0 to 1) of `width` cells, to an eighth of a cell, padded to `width`."""
    eighths = round(min(max(part, 0.0), 1.0) * width * 8)
    if part > 0:
        eighths = max(eighths, 1)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def curve(points: Points, width: int, rows: int = 1) -> list[str]:
    """Risk left over hours of work as falling blocks, `rows` high; empty where there is nothing to draw."""
    if not _drawable(points, width):
        return []
    levels = _levels(points, points, width, rows)
    return ["".join(_block(level, row) for level in levels) for row in reversed(range(rows))]


def compared(whole: Points, other: Points, width: int, rows: int = 1) -> list[Content]:
    """The curve `other` on the scale of `whole`; what it has more stands out."""
    if not _drawable(whole, width):
        return []
    before, after = _levels(whole, whole, width, rows), _levels(other, whole, width, rows)
    return [
        Content.assemble(
            *(
                (_block(level, row), "$warning" if _block(level, row) != _block(was, row) else "$primary")
                for was, level in zip(before, after, strict=True)
            )
        )
        for row in reversed(range(rows))
    ]


Points = Sequence[tuple[float, float]]
"""Hours of work and the risk that is left after them."""


def _drawable(points: Points, width: int) -> bool:
    return len(points) > 1 and width > 1 and points[-1][0] > points[0][0] and max(r for _, r in points) > 0


def _levels(points: Points, scale: Points, width: int, rows: int) -> list[int]:
    """Eighths of a row that each cell is filled to."""
    start, end = scale[0][0], scale[-1][0]
    top = max(risk for _, risk in scale)
    hours = (start + (end - start) * cell / (width - 1) for cell in range(width))
    return [max(1, round(left_at(points, hour) / top * rows * 8)) for hour in hours]


def _block(level: int, row: int) -> str:
    return (" " + _HEIGHTS)[min(8, max(0, level - 8 * row))]


def spark(values: Sequence[float]) -> str:
    """One block for each value, as high as it is among them; level where all are the same."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    if high == low:
        return _HEIGHTS[3] * len(values)
    return "".join(_HEIGHTS[round((value - low) / (high - low) * 7)] for value in values)


def left_at(points: Points, hour: float) -> float:
    """The risk that is left after `hour` hours: that of the last step done by then."""
    for (_, before), (later, _) in pairwise(points):
        if hour < later:
            return before
    return points[-1][1]


def stacked(counts: Mapping[str, int], width: int) -> Content:
    """One bar of `width` cells in which every status has its part of all controls, and at least one cell."""
    present = [status for status in STATUS_LOOKS if counts.get(status)]
    whole = sum(counts[status] for status in present)
    cells = {status: max(1, counts[status] * width // whole) for status in present}
    while present and sum(cells.values()) != width:
        off = width - sum(cells.values())
        largest = max(present, key=lambda status: cells[status])
        if cells[largest] + off < 1:
            break
        cells[largest] += off
    return Content.assemble(
        *((STATUS_LOOKS[status][0] * cells[status], STATUS_LOOKS[status][1]) for status in present)
    )


def counted(counts: Mapping[str, int]) -> Content:
    """`4 gap  3 partial  2 clear  1 unknown` in columns that line up from one framework to the next."""
    parts: list[str | tuple[str, str]] = []
    for status in ("gap", "partial", "clear", "unknown"):
        mark, look = STATUS_LOOKS[status]
        number = counts.get(status, 0)
        parts += [
            (mark, look),
            (f"{number:>3} ", "bold" if number else "$text-muted"),
            (status, "$text-muted"),
            "  ",
        ]
    rest = sum(
        number for status, number in counts.items() if status not in ("gap", "partial", "clear", "unknown")
    )
    parts.append((f"+{rest} other" if rest else "", "$text-muted"))
    return Content.assemble(*parts)
