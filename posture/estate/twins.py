"""Which two access keys of a user, made in one second, a credential report and a list both speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from posture.model.frames import frame

Row = Mapping[str, Any]
_SLOT = r"#access-key-[12]$"
_SEEN = ("last_used", "has_last_used")


def twins(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """`tables` with an alias for each slot of a report whose key a list names.

    By what both say of them, or else in order: then nobody knows which of the two was used last.
    """
    credentials, links, aliases = (tables[name] for name in ("credentials", "links", "aliases"))
    slots = credentials.filter(pl.col("key").str.contains(_SLOT), pl.col("created").is_not_null())
    if slots.is_empty() or aliases.is_empty():
        return dict(tables)
    named = credentials.filter(pl.col("kind") == "access-key", ~pl.col("key").str.contains("#access-key"))
    owners = links.filter(pl.col("kind") == "authenticates").select("from", "to")
    short = dict(aliases.select("alias", "key").iter_rows())
    pairs: dict[str, str] = {}
    unsure: set[str] = set()
    listed = _by_owner(named, owners, short)
    for owner, reported in _by_owner(slots, owners, short).items():
        theirs = listed.get(owner, {})
        if len(reported) == len(theirs) == 2:
            sure, found = _paired(list(reported.values()), list(theirs.values()))
            pairs |= found
            unsure |= set() if sure else set(found)
    if not pairs:
        return dict(tables)
    rows = [{"key": key, "alias": slot, "source": "inferred"} for slot, key in sorted(pairs.items())]
    kept = [
        pl.when(pl.col("key").is_in(sorted(unsure))).then(None).otherwise(pl.col(column)).alias(column)
        for column in _SEEN
    ]
    return {
        **tables,
        "aliases": pl.concat([aliases, frame("aliases", rows)]),
        "credentials": credentials.with_columns(kept),
    }


def _by_owner(
    rows: pl.DataFrame, owners: pl.DataFrame, short: Mapping[str, str]
) -> dict[tuple[str, Any], dict[str, dict[str, Any]]]:
    """By user and second, the keys made then, each with all that is said of it."""
    found: dict[tuple[str, Any], dict[str, dict[str, Any]]] = {}
    joined = rows.join(owners, left_on="key", right_on="from").sort("key", maintain_order=True)
    made = dict(rows.filter(pl.col("created").is_not_null()).select("key", "created").iter_rows())
    for row in joined.iter_rows(named=True):
        owner = (short.get(row["to"], row["to"]), made.get(row["key"]))
        known = found.setdefault(owner, {}).setdefault(row["key"], {"key": row["key"]})
        known |= {name: row[name] for name in ("enabled", *_SEEN) if row[name] is not None}
    return found


def _paired(slots: Iterable[Row], named: Iterable[Row]) -> tuple[bool, dict[str, str]]:
    """Slots with the key of each, and whether it is sure which is which."""
    (one, other), (first, second) = slots, named
    straight = {one["key"]: first["key"], other["key"]: second["key"]}
    crossed = {one["key"]: second["key"], other["key"]: first["key"]}
    fits = _agree(one, first) and _agree(other, second)
    fits_crossed = _agree(one, second) and _agree(other, first)
    if fits != fits_crossed:
        return True, straight if fits else crossed
    alike = all(one.get(name) == other.get(name) for name in ("enabled", *_SEEN))
    return alike, straight


def _agree(slot: Row, key: Row) -> bool:
    return all(slot[name] == key[name] for name in ("enabled", *_SEEN) if name in slot and name in key)
