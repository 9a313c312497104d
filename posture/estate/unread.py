"""What nobody read becomes a row: per scope and table, complete, partial or unread."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from posture.model.frames import frame
from posture.sources.contract import Source


def unread(coverage: pl.DataFrame, scopes: pl.DataFrame, sources: Iterable[Source]) -> pl.DataFrame:
    """`coverage` with a row for every table that a source of the scope's provider would have fed.

    Several statements on one scope and table stay, since each names what would close it.
    """
    said = set(coverage.select("scope", "table").iter_rows())
    rows: list[dict[str, str]] = []
    # Identities live in accounts; what holds accounts together has policies and no identities of its own.
    owning = scopes.filter(pl.col("source") != "declared", ~pl.col("kind").is_in(["organisation", "folder"]))
    ordered = sorted(sources, key=lambda source: source.id)
    for key, provider in owning.select("key", "provider").sort("key").iter_rows():
        missing = {
            table: source
            for source in reversed(ordered)
            if source.provider == provider
            for table in source.needs
            if (key, table) not in said
        }
        rows.extend(
            {
                "scope": key,
                "table": table,
                "state": "unread",
                "why": source.blind,
                "would_help": source.by_hand,
                "source": source.id,
            }
            for table, source in sorted(missing.items())
        )
    return pl.concat([coverage, frame("coverage", rows)])
