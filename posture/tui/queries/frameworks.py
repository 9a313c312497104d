"""Controls of the frameworks and the checks that speak for each."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from msgspec import Struct

from posture.model.assessment import Assessment
from posture.model.overview import CheckRow
from posture.model.results import Status
from posture.tui import say


def counted(assessment: Assessment) -> pl.DataFrame:
    """One row per framework, as the overview has them, with the counts per status beside."""
    rows = [
        {
            "framework": entry.framework,
            "title": entry.title,
            "gap": entry.counts.get("gap", 0),
            "controls": sum(entry.counts.values()),
            **{f"is {word}": entry.counts.get(word, 0) for word in Status},
        }
        for entry in assessment.overview.frameworks
    ]
    return pl.DataFrame(rows) if rows else pl.DataFrame(schema={"framework": pl.String, "title": pl.String})


def controls(assessment: Assessment, framework: str) -> pl.DataFrame:
    """The controls of `framework` as published, each with the place of its status in precedence."""
    order = {word.value: place for place, word in enumerate(Status)}
    return (
        assessment.tables["controls"]
        .filter(pl.col("framework") == framework)
        .with_columns(
            place=pl.col("status").replace_strict(order, return_dtype=pl.Int8),
            key=pl.concat_str("framework", "control", separator="/"),
        )
        .collect()
    )


def speaking(assessment: Assessment, control: str) -> list[CheckRow]:
    """The checks that name `control`."""
    return [check for check in assessment.overview.checks if control in check.controls]


class Asked(Struct, frozen=True):
    """A question that speaks to a control, and how its answer stands."""

    id: str
    question: str
    who: str
    evidence: str
    valid_days: int
    stands: str


def questions(assessment: Assessment, control: str) -> tuple[Asked, ...]:
    """What only people can say of `control`."""
    from posture.frameworks import load

    given = assessment.tables["decisions"].filter(pl.col("kind") == "attestation").collect()
    answers = {row["subject"]: row for row in given.sort("decided").iter_rows(named=True)}
    as_of = assessment.overview.as_of
    return tuple(
        Asked(
            one.id, one.question, one.who, one.evidence, one.valid_days, _stands(answers.get(one.id), as_of)
        )
        for one in load().questions()
        if control in map(str, one.evidences)
    )


def _stands(row: dict[str, object] | None, as_of: datetime | None) -> str:
    if row is None:
        return f"{say.HATCH} not answered"
    answer, who, until = row["answer"], row["respondent"] or row["author"], row["expires"]
    words = f"answered {str(answer).replace('_', ' ')} by {who}"
    if not isinstance(until, datetime):
        return words
    over = as_of is not None and until < as_of
    return f"{words}, {'ran out' if over else 'until'} {say.stamp(until)}"
