"""Rows as sources give them, for tests of the estate."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath

from posture.estate.build import Built, build, complete
from posture.settings import Settings
from posture.sources.contract import Page, Place, Rows
from posture.sources.library import inventory


def day(number: int) -> datetime:
    """A day of June 2026, in UTC."""
    return datetime(2026, 6, number, tzinfo=UTC)


LAST = day(30)


def page(name: str, text: str = "", collected: datetime | None = None) -> Page:
    """A page of the folder `given`."""
    return Page(Place("given"), PurePosixPath(name), text.encode(), Settings(), collected)


class Given:
    """Rows from several invented files."""

    def __init__(self) -> None:
        self.rows = Rows()

    def file(self, source: str, name: str = "a.json", collected: datetime | None = None) -> Rows:
        """Rows added from here on come from this file."""
        self.rows.reading(source, page(name, "", collected))
        return self.rows

    def declared(self, text: str, name: str = "inventory.toml") -> None:
        """What an inventory.toml says."""
        written = page(name, text)
        self.rows.reading("inventory", written)
        inventory.read(written, self.rows)

    def built(self, as_of: datetime | None = LAST) -> Built:
        """The finished estate; buckets are of criticality 3."""
        return complete(build(self.rows, [], Settings(), as_of), {}, {"bucket": 3, "control-plane": 5})
