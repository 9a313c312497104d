"""Gaps with one cause as one row, and what is known of each."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from msgspec import Struct

from posture.model.assessment import Assessment
from posture.tui import say
from posture.tui.queries.reach import called

RANKS = {"critical": 4, "high": 3, "medium": 2, "low": 1}
SHOWN = 200
"""Subjects that a page of evidence lists; the rest is counted."""


class Known(Struct, frozen=True):
    """What stands behind one row of the list."""

    findings: pl.DataFrame
    more: int
    """Findings of the same cause beyond those listed."""
    step: pl.DataFrame
    path: pl.DataFrame
    hops: pl.DataFrame
    names: Mapping[str, str]
    """What the nodes of the path are called."""
    decided: pl.DataFrame
    """What people decided on the findings, the newest first."""


def titles(assessment: Assessment) -> pl.DataFrame:
    """Check and its title."""
    checks = assessment.overview.checks
    return pl.DataFrame(
        {"check": [row.id for row in checks], "title": [row.title for row in checks]},
        schema={"check": pl.String, "title": pl.String},
    )


def grouped(assessment: Assessment) -> pl.DataFrame:
    """One row per check and cause: what cannot wait first, then worst first.

    Findings whose cause is theirs alone, the most by far, are not sent through the grouping, and only numbers
    are compared: of a million, that is a second instead of five. Ties stay in the order of the findings.
    """
    every = _told(assessment).collect()
    alone = every.select(pl.struct("check", "cause").hash().is_unique()).to_series()
    single = every.filter(alone).with_columns(
        subjects=pl.lit(1, pl.UInt32), owners=pl.lit(False), accepted=_ACCEPTED, error=_ERROR
    )
    shared = _shared(every.filter(~alone))
    order = ["accepted", "urgent", "rank", "due", "subjects"]
    words = {number: word for word, number in RANKS.items()}
    return (
        pl.concat([shared, single.select(shared.columns)])
        .sort(
            order,
            descending=[False, True, True, False, True],
            nulls_last=True,
            maintain_order=True,
        )
        .join(titles(assessment), on="check", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("title", "check").alias("title"),
            pl.col("rank").replace_strict(words, return_dtype=pl.String).alias("severity"),
        )
    )


_ACCEPTED = pl.col("result") == "accepted"
_ERROR = pl.col("result") == "error"


def _told(assessment: Assessment) -> pl.LazyFrame:
    return assessment.tables["findings"].select(
        *("check", "cause", "name", "subject", "due", "label", "scope", "owner", "may_be_higher", "result"),
        *("state", "id"),
        rank=pl.col("severity").replace_strict(RANKS, return_dtype=pl.Int8),
        urgent=pl.col("label").is_in(say.URGENT),
    )


def _shared(findings: pl.DataFrame) -> pl.DataFrame:
    least = pl.col("name", "subject", "due", "scope", "owner", "state", "id").min()
    return (
        findings.sort("due", nulls_last=True)
        .group_by("check", "cause")
        .agg(
            least,
            pl.col("rank").max(),
            pl.col("urgent", "may_be_higher").any(),
            pl.len().alias("subjects"),
            pl.col("label").first(),
            ((pl.col("owner").min() != pl.col("owner").max()) | pl.col("owner").has_nulls()).alias("owners"),
            _ACCEPTED.all().alias("accepted"),
            _ERROR.any().alias("error"),
        )
        .sort("check", "cause")
    )


def unknowns(assessment: Assessment) -> pl.DataFrame:
    """What no check could decide, worst first."""
    rank = pl.col("severity").replace_strict(RANKS, return_dtype=pl.Int8).alias("rank")
    made = assessment.tables["unknowns"].join(titles(assessment).lazy(), on="check", how="left")
    key = pl.concat_str("check", "scope", "reason", separator="\n", ignore_nulls=True).alias("id")
    return (
        made.with_columns(pl.coalesce("title", "check").alias("title"), rank, key)
        .sort(["rank", "subjects", "check", "scope"], descending=[True, True, False, False])
        .collect()
    )


def known(assessment: Assessment, check: str, cause: str, subject: str) -> Known:
    """The findings of one row, the step that closes them, and the best way through their subject."""
    same = assessment.tables["findings"].filter(pl.col("check") == check, pl.col("cause") == cause)
    every = same.sort("subject", "id").collect()
    listed = every.head(SHOWN)
    ids = every["id"].implode()
    closing = assessment.tables["step_findings"].filter(pl.col("finding").is_in(ids)).select("step").unique()
    steps = assessment.tables["steps"].join(closing, left_on="id", right_on="step", how="semi")
    path = _through(assessment, subject)
    hops, names = pl.DataFrame(), {}
    if path.height:
        hops = assessment.tables["hops"].filter(pl.col("path") == path["id"][0]).sort("n").collect()
        names = called(assessment, pl.concat([path["origin"], hops["to"]]).rename("key"))
    said = assessment.tables["decisions"].filter(pl.col("finding").is_in(ids))
    return Known(
        listed,
        every.height - listed.height,
        steps.sort("lane", "n").collect(),
        path,
        hops,
        names,
        said.sort("decided", "at", descending=True).collect(),
    )


def ids(assessment: Assessment, check: str, cause: str) -> tuple[str, ...]:
    """Ids of the findings of one row."""
    same = assessment.tables["findings"].filter(pl.col("check") == check, pl.col("cause") == cause)
    return tuple(same.filter(~_ERROR).select("id").sort("id").collect()["id"])


def _through(assessment: Assessment, subject: str) -> pl.DataFrame:
    crossing = (
        assessment.tables["hops"]
        .filter((pl.col("from") == subject) | (pl.col("to") == subject))
        .select("path")
        .unique()
    )
    through = assessment.tables["paths"].join(crossing, left_on="id", right_on="path", how="semi")
    return through.sort(["weight", "id"], descending=[True, False]).head(1).collect()
