"""A small estate from tables as inventory.toml writes them, as the checks see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from posture.access.kinds import kinds
from posture.checks.added import view
from posture.checks.view import View
from posture.estate.estate import Estate
from posture.estate.infer import infer
from posture.graph.answers import answers
from posture.model.columns import columns
from posture.model.frames import declared, frame
from posture.model.tables import TABLES
from posture.settings import Settings

AS_OF = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


def estate_of(tables: Tables, settings: Settings | None = None) -> Estate:
    """The estate of `tables`, with what a first run concludes from names and kinds."""
    frames = {name: frame(name, [_stated(name, row) for row in rows]) for name, rows in tables.items()}
    unknown = sorted(set(frames) - set(TABLES))
    assert not unknown, f"there is no table {unknown}"
    made = Estate(frames, AS_OF, settings or Settings())
    criticality = {kind.id: kind.criticality for kind in kinds().values()}
    return infer(made, criticality)


def seen(estate: Estate) -> View:
    """`estate` as the checks see it, with what the graph answers."""
    return view(estate, answers(estate))


def _stated(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    given = {"source": "declared", **row}
    for column in columns(declared(name)):
        if column.of == "people" and (column.name in row or f"has_{column.name}" in row):
            given[f"{column.name}_basis"] = "declared"
    return given
