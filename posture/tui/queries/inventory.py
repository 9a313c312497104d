"""One noun of the estate as a list, and what hangs on one row of it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from msgspec import Struct

from posture.estate.called import NAMING
from posture.model.assessment import Assessment

NOUNS = ("agents", "identities", "credentials", "tools", "systems")
LISTED = 12
_LEFT_OUT: Mapping[str, tuple[pl.Expr, ...]] = {
    "identities": (pl.col("pattern"), pl.col("provider_owned")),
    "systems": (pl.col("pattern"),),
    "tools": (pl.col("kind") == "operation",),
}


class Around(Struct, frozen=True):
    """The whole row, the links at it, the gaps on it, and why controls work only in part there."""

    row: Mapping[str, object]
    links: pl.DataFrame
    more_links: int
    findings: pl.DataFrame
    degraded: tuple[str, ...] = ()


def sizes(assessment: Assessment) -> dict[str, int]:
    """Rows of each noun."""
    return {noun: int(listed(assessment, noun).select(pl.len()).collect().item()) for noun in NOUNS}


def listed(assessment: Assessment, noun: str) -> pl.LazyFrame:
    """The rows of `noun` that the overview counts: no pattern, nothing of the providers, no operation."""
    return assessment.tables[noun].filter(*(~wanted.fill_null(False) for wanted in _LEFT_OUT.get(noun, ())))


def rows(assessment: Assessment, noun: str, wanted: tuple[str, ...]) -> pl.DataFrame:
    """The columns `wanted` of `noun`, with how many gaps each row has; most gaps first."""
    gaps = (
        assessment.tables["findings"]
        .filter(pl.col("result") == "gap")
        .group_by("subject")
        .agg(pl.len().alias("gaps"))
    )
    none = pl.LazyFrame(schema={"key": pl.String, "said": pl.String})
    said = NAMING[noun](assessment.tables) if noun in NAMING else none
    made = (
        listed(assessment, noun)
        .select(wanted)
        .join(said, on="key", how="left")
        .with_columns(pl.coalesce("said", "name").alias("name"))
        .join(gaps, left_on="key", right_on="subject", how="left")
        .with_columns(pl.col("gaps").fill_null(0))
    )
    return made.sort(["gaps", "key"], descending=[True, False]).collect()


def around(assessment: Assessment, noun: str, key: str) -> Around:
    """What is known of `key`."""
    tables = assessment.tables
    row = tables[noun].filter(pl.col("key") == key).head(1).collect()
    at = tables["links"].filter((pl.col("from") == key) | (pl.col("to") == key))
    links = at.select("kind", "from", "to", "certain", "because").sort("kind", "from", "to").collect()
    found = tables["findings"].filter(pl.col("subject") == key)
    findings = found.select("check", "severity", "observed", "result").sort("severity", "check").collect()
    partly = tables["degraded"].filter((pl.col("subject") == key) & (pl.col("noun") == noun))
    whole = row.row(0, named=True) if row.height else {}
    return Around(
        whole,
        links.head(LISTED),
        max(links.height - LISTED, 0),
        findings.head(LISTED),
        tuple(partly.select("because").sort("because").collect()["because"]),
    )
