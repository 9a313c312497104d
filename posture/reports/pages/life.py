"""The life of identities: issued, used, rotated, retired; who answers for them, and which stage is empty."""

from __future__ import annotations

import polars as pl

from posture.frameworks import Frameworks
from posture.model.actors import OUTSIDE
from posture.model.assessment import Assessment
from posture.reports.names import Names, listed
from posture.reports.pages.words import safe, table

STAGES = ("issued", "used", "rotated", "retired")
_CLASSES = ("agent", "workload", "pipeline", "vendor")
_LISTED, _NAMED = 30, 5


def cycle(assessment: Assessment, _frameworks: Frameworks) -> str:
    """Per class how many identities have evidence for each stage; then those that lack most."""
    own = _stages(assessment)
    if own.is_empty():
        return ""
    there = [(pl.col(stage) != "").alias(stage) for stage in STAGES]
    counted = own.group_by("class").agg(
        pl.len(), *(test.sum() for test in there), pl.col("owner").is_not_null().sum()
    )
    numbers = {row[0]: row for row in counted.iter_rows()}
    counts = [tuple(str(cell) for cell in numbers[word]) for word in _CLASSES if word in numbers]
    lacking = (
        own.with_columns(pl.sum_horizontal(~test for test in there).alias("empty"))
        .filter(pl.col("empty") > 0)
        .sort("empty", "key", descending=[True, False])
    )
    names = Names(assessment.tables)
    rows = [
        (
            safe(names.of(row["key"])),
            row["class"],
            *(row[stage] or "**empty**" for stage in STAGES),
            safe(row["owner"]) if row["owner"] else "–",
        )
        for row in lacking.head(_LISTED).iter_rows(named=True)
    ]
    parts = [
        "## Life cycle\n",
        "Issue, use, rotation and retirement are one loop. A stage without evidence is a gap in it: nobody "
        "could show that it happens. People, and identities that others issue, are left out.\n",
        table(("class", "identities", *STAGES, "owner known"), counts, right=tuple(range(1, 7))),
    ]
    if rows:
        parts.append("### Stages without evidence\n")
        parts.append(table(("identity", "class", *STAGES, "owner"), rows))
        if len(lacking) > _LISTED:
            parts.append(f"{len(lacking) - _LISTED} more identities lack a stage.\n")
    parts.append(_grants(assessment, names))
    return "\n".join(part for part in parts if part)


def _grants(assessment: Assessment, names: Names) -> str:
    """Grants that name no purpose, task or end: entitlement, not access for a purpose."""
    grants = assessment.frame("grants")
    if grants.is_empty():
        return ""
    lacking = {
        word: grants.filter(pl.col(f"has_{column}").fill_null(False).not_()).sort("subject")["subject"]
        for word, column in (("purpose", "purpose"), ("task", "task"), ("start", "starts"), ("end", "ends"))
    }
    rows = [
        (
            f"grants without {'an' if word == 'end' else 'a'} {word}",
            str(len(subjects)),
            listed([safe(names.of(key)) for key in subjects.unique(maintain_order=True)], _NAMED),
        )
        for word, subjects in lacking.items()
        if len(subjects)
    ]
    return f"### Grants\n\n{len(grants)} grants were read.\n\n" + table(
        ("what", "grants", "of"), rows, right=(1,)
    )


def _stages(assessment: Assessment) -> pl.DataFrame:
    """`key`, `class`, `owner` and per stage its evidence in words; empty where there is none."""
    links = assessment.tables["links"].filter(pl.col("kind") == "authenticates").select("from", "to")
    keys = (
        links.join(assessment.tables["credentials"], left_on="from", right_on="key")
        .group_by(pl.col("to").alias("key"))
        .agg(
            pl.col("created").max().alias("key_created"),
            pl.col("last_used").max().alias("key_used"),
            pl.coalesce("rotated", "created").max().alias("renewed"),
            pl.col("ttl").is_not_null().any().alias("issued_anew"),
            pl.col("revoked_at_task_end").any().alias("dies_with_task"),
        )
    )
    wanted = (
        ~pl.col("pattern"),
        ~pl.col("provider_owned"),
        pl.col("class").is_in(_CLASSES),
        ~pl.col("kind").is_in(OUTSIDE),
    )
    never = pl.when(~pl.col("has_last_used")).then(pl.lit("never"))
    platform = pl.when(pl.col("trusted_service").is_not_null()).then(pl.lit("by the platform"))
    return (
        assessment.tables["identities"]
        .filter(*wanted)
        .join(keys, on="key", how="left")
        .select(
            "key",
            "class",
            "owner",
            issued=_first(_day("created"), _day("key_created")),
            used=_first(_day("last_used"), _day("key_used"), never),
            rotated=_first(pl.when("issued_anew").then(pl.lit("with each issue")), _day("renewed"), platform),
            retired=_first(
                pl.when("dies_with_task").then(pl.lit("with the task")),
                pl.when(~pl.col("enabled")).then(pl.lit("disabled")),
                pl.col("state"),
            ),
        )
        .sort("key")
        .collect()
    )


def _first(*answers: pl.Expr) -> pl.Expr:
    return pl.coalesce(*answers, pl.lit(""))


def _day(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%Y-%m-%d")
