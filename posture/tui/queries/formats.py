"""The formats in which a report can be written."""

from __future__ import annotations

from msgspec import Struct

_FIRST = ("markdown", "json", "csv", "sarif")
"""What people ask for most; other formats follow by name."""
_LAST = ("summary",)


class Offered(Struct, frozen=True):
    """A format by the word that `-f` takes."""

    id: str
    suffix: str
    title: str
    tables: bool
    """Whether a name without a suffix is a folder, which gets a file for each table."""


def offered() -> tuple[Offered, ...]:
    """Every format there is."""
    from posture.reports.registry import every

    found = {
        report.FORMAT.id: Offered(
            report.FORMAT.id, report.FORMAT.suffix, report.FORMAT.title, hasattr(report, "tables")
        )
        for report in every()
    }
    between = sorted(set(found) - {*_FIRST, *_LAST})
    return tuple(found[id_] for id_ in (*_FIRST, *between, *_LAST) if id_ in found)
