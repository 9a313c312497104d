"""Feeds a recorded page to one source and gives back its rows, without where they came from."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any

import pytest

from posture.settings import Settings
from posture.sources.contract import Page, Place, Rows

Tables = dict[str, list[dict[str, Any]]]


class Recorded:
    """What one source said of one page."""

    def __init__(self, rows: Rows, page: Page) -> None:
        self.rows = rows
        self.page = page
        self.tables: Tables = {
            table: [
                {name: value for name, value in row.items() if name not in ("source", "file", "collected_at")}
                for row in found
            ]
            for table, found in rows.tables.items()
        }

    def of(self, table: str, *columns: str) -> list[Any]:
        """Rows of `table`, cut to `columns` where some are named."""
        found = self.tables.get(table, [])
        if not columns:
            return found
        return [tuple(row.get(column) for column in columns) for row in found]


@pytest.fixture
def read() -> Callable[..., Recorded]:
    """Reads `data`, bytes, text or a document, as the file `path` below a folder named for its account."""

    def run(source: str, data: Any, path: str = "export.json", **place: Any) -> Recorded:
        raw = (
            data
            if isinstance(data, bytes)
            else (data if isinstance(data, str) else json.dumps(data)).encode()
        )
        where = Place(**{"root": "111122223333", **place})
        collected = datetime(2026, 7, 1, tzinfo=UTC)
        page = Page(
            where, PurePosixPath(path), raw, Settings(), collected, lambda value: f"same:{len(value)}"
        )
        reader = import_module(f"posture.sources.library.{source}")
        rows = Rows()
        assert reader.claims(page), f"{source} does not claim {path}"
        rows.reading(reader.SOURCE.id, page)
        reader.read(page, rows)
        return Recorded(rows, page)

    return run
