"""Reach, choke points, origins and the heaviest paths."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl

from posture.model.assessment import Assessment
from posture.model.classes import Classes
from posture.reports.canonical import records, said

MOST_PATHS, MOST_ORIGINS, MOST_REACH = 2_000, 1_000, 50_000
"""What the document lists at most; counts of all stand beside, and a saved run holds every row."""


@cache
def class_words(mask: int) -> list[str]:
    return [bit.name.lower() for bit in Classes if bit & mask and bit.name]


def graph(assessment: Assessment) -> dict[str, Any]:
    rows = assessment.frame("reach")
    origins = assessment.frame("origins").sort("risk", "key", "route", descending=[True, False, False])
    counts = {
        "paths": (MOST_PATHS, assessment.tables["paths"].select(pl.len()).collect().item()),
        "origins": (MOST_ORIGINS, len(origins)),
        "reach": (MOST_REACH, len(rows)),
    }
    return {
        "lists": {
            name: {"listed": min(most, number), "all": number} for name, (most, number) in counts.items()
        },
        "reach": reach_rows(rows.head(MOST_REACH)),
        "chokes": records(assessment.frame("chokes")),
        "origins": records(origins.head(MOST_ORIGINS)),
    }


def reach_rows(rows: pl.DataFrame) -> list[dict[str, Any]]:
    alike = ["origin", "certain", "possible", "hops"]
    made = []
    grouped = rows.sort(*alike, "system").group_by(alike, maintain_order=True).agg("system")
    for origin, certain, possible, hops, systems in grouped.iter_rows():
        row = {
            "origin": origin,
            "certain": class_words(certain),
            "possible": [] if certain == possible else class_words(possible),
            "hops": hops,
            "systems": systems,
        }
        made.append(said(row))
    return made


def paths(assessment: Assessment) -> list[dict[str, Any]]:
    """The heaviest ones; their sum per origin is complete in `origins`."""
    listed = (
        assessment.frame("paths")
        .sort("certain", "weight", "id", descending=[True, True, False])
        .head(MOST_PATHS)
        .sort("id")
    )
    hops: dict[str, list[dict[str, Any]]] = {}
    own = assessment.frame("hops").join(listed.select(pl.col("id").alias("path")), on="path", how="semi")
    for row in records(own.sort("path", "n")):
        row.pop("n")
        hops.setdefault(row.pop("path"), []).append(row)
    return [
        {**row, "classes": class_words(row["classes"]), "hops": hops.get(row["id"], [])}
        for row in records(listed)
    ]
