"""Keeps one finding a stretch of text where several ways of looking saw the same secret."""

from bisect import bisect_right
from collections.abc import Iterable

from posture.sources.secrets.findings import Finding

_RANK = {"high": 0, "medium": 1, "low": 2}
_WHOLES = frozenset(("value", "argument", "rule", "header"))


def without_overlaps(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """The surer one stays; among equals the vendor's kind, then the longer, then the one with a part."""
    ordered = sorted(
        found,
        key=lambda one: (
            _RANK[one.confidence],
            one.kind.startswith("generic"),
            one.start - one.end,
            one.part in _WHOLES,
            one.start,
        ),
    )
    starts: list[int] = []
    kept: list[Finding] = []
    for finding in ordered:
        place = bisect_right(starts, finding.start)
        free_before = place == 0 or kept[place - 1].end <= finding.start
        if free_before and (place == len(kept) or finding.end <= kept[place].start):
            starts.insert(place, finding.start)
            kept.insert(place, finding)
    return tuple(kept)
