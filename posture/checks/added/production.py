"""Which identities touch production, found backwards from its systems."""

from __future__ import annotations

import polars as pl

from posture.checks.kleene import NOT_KNOWN
from posture.checks.reached import followed
from posture.checks.related import ruling, together
from posture.checks.view import Added, View
from posture.model.classes import Classes
from posture.model.links import MAX_TRANSITIONS

_WRITES = int(Classes.WRITE | Classes.DESTRUCTIVE | Classes.ADMIN)
_DESTROYS = int(Classes.DESTRUCTIVE | Classes.ADMIN)
_SENSITIVE = ("confidential", "restricted")
_ONWARD = ("may-become", "lets-into", "member-of", "contains")


def _touches(view: View) -> pl.DataFrame:
    links = view.estate["links"]
    systems = view.estate["systems"].select(pl.col("key").alias("to"), "environment", "sensitivity")
    acts = links.filter(pl.col("kind") == "may-act").join(systems, on="to", how="left")
    onward = pl.concat([links.filter(pl.col("kind").is_in(_ONWARD)), ruling(view)])
    onward = onward.filter(pl.col("method").is_null()).select(
        pl.col("from").alias("key"), pl.col("to").alias("next"), "certain"
    )
    return together(
        _back(view, acts, onward, "touches_production", _WRITES, True),
        _back(view, acts, onward, "destroys_production", _DESTROYS, False),
    )


def _back(
    view: View, acts: pl.DataFrame, onward: pl.DataFrame, name: str, classes: int, reading: bool
) -> pl.DataFrame:
    """Whether each identity leads to a production system with `classes`, or reads a sensitive one.

    Marks spread backwards, one transition at a time, so that no pair of identity and system is ever made.
    """
    read = ((pl.col("classes") & int(Classes.READ)) != 0) & pl.col("sensitivity").is_in(_SENSITIVE)
    live = pl.col("environment") == "production"
    test = live & (((pl.col("classes") & classes) != 0) | (pl.lit(reading) & read))
    marked = _strongest(
        acts.select(
            pl.col("from").alias("key"),
            (test & (pl.col("certain") | NOT_KNOWN)).alias(name),
            pl.col("to").alias(f"{name}_at"),
        ).filter(pl.col(name).fill_null(True)),
        name,
    )
    for _ in range(MAX_TRANSITIONS - 1):
        before = marked.select("key", name)
        further = onward.join(marked.rename({"key": "next"}), on="next").select(
            "key", (pl.col(name) & (pl.col("certain") | NOT_KNOWN)).alias(name), f"{name}_at"
        )
        if further.is_empty():
            break
        marked = _strongest(pl.concat([marked, further]), name)
        if marked.select("key", name).equals(before):
            break
    joined = followed(view, "identities", "policies").join(
        marked, on="key", how="left", maintain_order="left"
    )
    named = pl.col("key").is_in(marked["key"].implode())
    none = pl.when("whole").then(pl.lit(False)).otherwise(NOT_KNOWN)
    return joined.select("key", pl.when(named).then(name).otherwise(none).alias(name), f"{name}_at")


def _strongest(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.sort("key", name, f"{name}_at", descending=[False, True, False], nulls_last=True).unique(
        "key", keep="first", maintain_order=True
    )


ADDED = (
    Added(
        "identities",
        ("touches_production", "touches_production_at", "destroys_production", "destroys_production_at"),
        ("policies", "links", "systems"),
        _touches,
    ),
)
