"""Several rows with one key become one: people's facts by who states them, systems' facts by freshness."""

from __future__ import annotations

import polars as pl
from msgspec import Struct

from posture.estate.declared import DECIDED, DECLARED
from posture.model.columns import BASES, Column, columns
from posture.model.frames import declared, empty

_PROVENANCE = ("source", "file", "at", "collected_at")


class Merged(Struct, frozen=True):
    """One table with one row per key, what the sources disagreed on, and the further places of each row."""

    rows: pl.DataFrame
    conflicts: pl.DataFrame
    provenance: pl.DataFrame


def merge(name: str, rows: pl.DataFrame) -> Merged:
    """`rows` of the table `name`, one per key, sorted by key.

    A value and its `has_x` always come from the same row. Among rows that know nothing newer, the order of
    file and place decides, so that the order of the command line does not.
    """
    repeated = rows["key"].is_duplicated()
    if not repeated.any():
        return Merged(rows.sort("key"), empty("conflicts"), empty("provenance"))
    single, several = rows.filter(~repeated), rows.filter(repeated)
    # A declaration has no time of its own: it comes last among a system's facts, first among a person's.
    ordered = several.sort(
        pl.col("key"),
        -pl.col("collected_at").to_physical(),
        pl.col("source") == DECLARED,
        pl.col("file") != DECIDED,
        "source",
        "file",
        "at",
        nulls_last=True,
    )
    declaration = columns(declared(name))
    picked = [_pick(column) for column in declaration if column.name != "key"]
    merged = ordered.group_by("key", maintain_order=True).agg(picked).select(rows.columns)
    places = ordered.select(
        pl.lit(name).alias("table"), "key", *_PROVENANCE
    ).unique(maintain_order=True)  # fmt: skip
    return Merged(
        pl.concat([single, merged]).sort("key"),
        _conflicts(name, declaration, ordered),
        places.select(empty("provenance").columns),
    )


def merge_links(links: pl.DataFrame) -> pl.DataFrame:
    """`links` with declared facts on the links that sources saw, instead of beside them.

    Links have no key: one that joins the same two ends in the same way is the same link for whoever declares.
    """
    ends = ["kind", "from", "to"]
    stated, seen = links.filter(pl.col("source") == DECLARED), links.filter(pl.col("source") != DECLARED)
    facts = [column.name for column in columns(declared("links")) if column.whose]
    alone = stated.join(seen.select(ends), on=ends, how="anti")
    overlaid = seen.join(
        stated.unique(ends, keep="first", maintain_order=True).select(*ends, *facts),
        on=ends,
        how="left",
        suffix="_stated",
        maintain_order="left",
    ).with_columns(
        pl.when(pl.col(f"{fact}_stated").is_not_null()).then(f"{fact}_stated").otherwise(fact).alias(fact)
        for fact in facts
    )
    return pl.concat([overlaid.select(links.columns), alone])


def _pick(column: Column) -> pl.Expr:
    if column.name in _PROVENANCE:
        return pl.col(column.name).first()
    fact = column.beside or (column.name if column.of else "")
    if not fact:
        # What a thing is called and where it belongs is for people to say, where they do.
        value = pl.col(column.name).sort_by(pl.col("source") != DECLARED, maintain_order=True)
        if column.default is None:
            return value.drop_nulls().first()
        return value.filter(value != column.default).first().fill_null(column.default).alias(column.name)
    known = pl.col(f"has_{fact}").is_not_null()
    value = pl.col(column.name).filter(known)
    if column.whose == "people":
        return value.sort_by(_rank(fact).filter(known), maintain_order=True).first().alias(column.name)
    return value.first().alias(column.name)


def _rank(fact: str) -> pl.Expr:
    order = {basis: rank for rank, basis in enumerate(BASES)}
    return pl.col(f"{fact}_basis").replace_strict(order, default=len(BASES), return_dtype=pl.Int8)


def _conflicts(name: str, declaration: tuple[Column, ...], ordered: pl.DataFrame) -> pl.DataFrame:
    found = [empty("conflicts")]
    for column in declaration:
        if not column.of:
            continue
        known = ordered.filter(pl.col(f"has_{column.name}").is_not_null())
        # Two inferences from different tags or names are no disagreement between sources.
        shown = pl.col(column.name).cast(pl.String).fill_null("none")
        if column.of == "people":
            known = known.sort(_rank(column.name), maintain_order=True)
        differing = known.filter(pl.col(column.name).n_unique().over("key") > 1)
        if differing.is_empty():
            continue
        named = differing.select(
            "key", shown.alias("value"), pl.concat_str("source", pl.lit(" "), "file").alias("said")
        )
        first = (
            named.group_by("key", maintain_order=True).first().rename({"value": "kept", "said": "kept_from"})
        )
        other = named.join(first, on="key").filter(pl.col("value") != pl.col("kept"))
        found.append(
            other.select(
                pl.lit(name).alias("table"),
                "key",
                pl.lit(column.name).alias("column"),
                "kept",
                "kept_from",
                pl.col("value").alias("other"),
                pl.col("said").alias("other_from"),
                pl.lit(False).alias("lowers_risk"),
            ).unique(maintain_order=True)
        )
    return pl.concat(found)
