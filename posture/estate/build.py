"""From gathered rows to the estate: declared, merged, joined, inferred; what was not read is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from posture.estate import declared, join
from posture.estate.declared import Declared
from posture.estate.estate import Estate
from posture.estate.infer import infer
from posture.estate.merge import merge, merge_links
from posture.estate.moment import Moment, moment
from posture.estate.nearby import nearby
from posture.estate.neutral import neutral
from posture.estate.opening import opening
from posture.estate.permitted import permitted
from posture.estate.serving import serving
from posture.estate.twins import twins
from posture.estate.unread import unread
from posture.model.frames import empty, frame
from posture.model.tables import TABLES
from posture.settings import Settings
from posture.sources.contract import Rows, Source

_LOWER = {
    "exposure": ("managed", "at-rest", "internal", "public"),
    "sensitivity": ("public", "internal", "confidential", "restricted"),
    "autonomy": ("approved", "semi", "autonomous"),
    "input": ("trusted", "mediated", "open"),
    "selection": ("fixed", "allow-list", "free"),
    "environment": ("sandbox", "test", "development", "staging", "production"),
    "criticality": ("1", "2", "3", "4", "5"),
    "valid": ("false", "true"),
    "third_party": ("false", "true"),
    "trusted": ("true", "false"),
}
"""Facts whose values have an order of risk, least first."""


_BETWEEN = "\x1f"
"""Never part of a key: foreign text loses its control characters where a record is made."""


class Built(Struct, frozen=True):
    """The estate, the moment it was seen at, and where its sources disagreed."""

    estate: Estate
    moment: Moment
    conflicts: pl.DataFrame
    provenance: pl.DataFrame
    declared: Declared
    assumptions: tuple[str, ...]
    """Layers that the input does not hold at all."""
    problems: tuple[tuple[str, str, str], ...]
    """(file, place, sentence) of declarations that could not be applied."""


def build(
    rows: Rows,
    sources: Iterable[Source],
    settings: Settings,
    as_of: datetime | None = None,
    epoch: str | None = None,
) -> Built:
    """The estate of `rows`, before access is resolved; `complete` finishes it.

    `sources` are those that could have read something; `epoch` is SOURCE_DATE_EPOCH.
    """
    declarations = rows.tables.get("declarations", [])
    tables = {name: neutral(rows.frame(name)) for name in TABLES}
    tables = join.unalias(twins(tables))
    keys = {name: found["key"] for name, found in tables.items() if "key" in found.columns}
    said = declared.apply(declarations, keys)
    for name, stated in said.rows.items():
        tables[name] = pl.concat([tables[name], neutral(frame(name, stated))])
    tables["coverage"] = pl.concat([tables["coverage"], _unapplied(said.problems)])
    now = moment(as_of, epoch, tables)
    conflicts, provenance = [empty("conflicts")], [empty("provenance")]
    for name, found in tables.items():
        if found.is_empty():
            continue
        if "key" in found.columns and name != "aliases":
            merged = merge(name, _apart(name, found.filter(pl.col("key") != "")))
            tables[name] = _together(merged.rows)
            conflicts.append(_together(merged.conflicts))
            provenance.append(_together(merged.provenance))
        else:
            tables[name] = _listed(merge_links(found) if name == "links" else found)
    tables["credentials"] = join.same_values(tables["credentials"], rows.fingerprints)
    tables["coverage"] = unread(tables["coverage"], tables["scopes"], sources)
    estate = Estate(tables, now.time, settings, now.bound)
    estate = permitted(estate)
    estate = estate.having(links=pl.concat([estate["links"], nearby(estate), join.ambient(estate)]))
    estate = estate.having(links=opening(estate))
    estate = estate.having(links=pl.concat([estate["links"], serving(estate)]))
    return Built(estate, now, _lowering(pl.concat(conflicts)), pl.concat(provenance), said, (), said.problems)


def complete(
    built: Built,
    found: Mapping[str, pl.DataFrame],
    criticality_by_kind: Mapping[str, int],
    assumptions: tuple[str, ...] = (),
) -> Built:
    """`built` with the rows that resolving access found, declared facts on them, and everything inferred.

    `found` holds rows by table; of `systems` and `identities` only keys that no source gave are new.
    `criticality_by_kind` gives 1 to 5 by kind of system.
    """
    estate = built.estate
    fresh = {
        name: rows.join(estate[name].select("key"), on="key", how="anti") if "key" in rows.columns else rows
        for name, rows in found.items()
    }
    later = declared.apply(
        built.declared.waiting, {name: rows["key"] for name, rows in fresh.items() if "key" in rows.columns}
    )
    problems = declared.unmatched(built.declared, later)
    tables: dict[str, pl.DataFrame] = {}
    for name, rows in fresh.items():
        stated = neutral(frame(name, later.rows.get(name, [])))
        if "key" in rows.columns:
            merged = merge(name, pl.concat([neutral(rows), stated])).rows
            tables[name] = pl.concat([estate[name], merged]).sort("key")
        else:
            tables[name] = pl.concat([estate[name], neutral(rows)])
    coverage = tables.get("coverage", estate["coverage"])
    tables["coverage"] = pl.concat([coverage, _unapplied(problems)])
    whole = infer(estate.having(**tables), criticality_by_kind)
    return replace(built, estate=whole, assumptions=assumptions, problems=(*built.problems, *problems))


def _apart(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of one managed policy told apart by what it is attached to: each attachment is its own fact."""
    if name != "policies":
        return rows
    return rows.with_columns(key=pl.concat_str("key", "kind", "attached_to", separator=_BETWEEN))


def _together(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("key").str.split(_BETWEEN).list.first())


def _listed(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows without a key, each once and in one order, whatever order the files came in."""
    facts = [name for name in rows.columns if name not in ("source", "file", "at", "collected_at")]
    order = [*facts, "source", "file", "at"]
    return rows.sort(order, nulls_last=True).unique(facts, keep="first", maintain_order=True)


def _unapplied(problems: Iterable[tuple[str, str, str]]) -> pl.DataFrame:
    made: list[dict[str, Any]] = [
        {
            "scope": "declarations",
            "table": "declarations",
            "state": "partial",
            "why": sentence,
            "would_help": "correct the declaration",
            "source": declared.DECLARED,
            "file": file,
            "at": at,
        }
        for file, at, sentence in problems
    ]
    return frame("coverage", made)


def _lowering(conflicts: pl.DataFrame) -> pl.DataFrame:
    """Marks declarations that make things look better than another source saw them."""
    if conflicts.is_empty():
        return conflicts
    marks = [
        row["kept_from"].startswith(declared.DECLARED)
        and row["column"] in _LOWER
        and row["kept"] in (risks := _LOWER[row["column"]])
        and row["other"] in risks
        and risks.index(row["kept"]) < risks.index(row["other"])
        for row in conflicts.iter_rows(named=True)
    ]
    order = ["table", "key", "column", "other", "other_from"]
    return conflicts.with_columns(pl.Series("lowers_risk", marks, pl.Boolean)).sort(order)
