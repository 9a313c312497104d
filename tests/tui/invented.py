"""An invented company as an assessment, small enough to read and wide enough to fill every screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tomli

from posture.model.assessment import Assessment
from posture.model.frames import empty, frame
from posture.model.overview import Overview
from posture.model.results import RESULTS
from posture.model.tables import TABLES

AS_OF = datetime(2026, 7, 1, 9, tzinfo=UTC)
COMPANY = tomli.loads(Path(__file__).with_name("company.toml").read_text(encoding="utf-8"))


def overview(**changes: Any) -> Overview:
    """The company in small, with these fields changed."""
    return Overview(**(COMPANY["overview"] | changes))


def rows() -> dict[str, list[dict[str, Any]]]:
    """The rows of every table that has some."""
    return {table["name"]: table["rows"] for table in COMPANY["tables"]}


def assessment(said: Overview, given: Mapping[str, Iterable[Mapping[str, Any]]]) -> Assessment:
    """`said`, with these rows and nothing else."""
    made = {name: empty(name).lazy() for name in (*TABLES, *RESULTS)}
    return Assessment(said, made | {name: frame(name, list(given[name])).lazy() for name in given})


def company() -> Assessment:
    """The whole company."""
    return assessment(overview(), rows())


def nothing() -> Assessment:
    """An assessment that found nothing at all."""
    return assessment(Overview(as_of=AS_OF), {})
