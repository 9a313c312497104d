"""First seen, reopened, resolved: what a finding has been through, carried on from the run before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import polars as pl
from msgspec import Struct

from posture.model.frames import TIME, empty

Sight = Literal["resolved", "unseen"]
"""Why a finding is no longer there: it was looked for and is gone, or nobody could have seen it."""

_SAME = ("check", "subject", "name", "noun", "scope", "severity")
_TRIAGED = {"confirmed": "triaged", "needs-data": "triaged", "planned": "planned"}


class History(Struct, frozen=True):
    """Findings with `first_seen` and `state`, and the table `history` of every finding that ever was."""

    findings: pl.DataFrame
    history: pl.DataFrame


def vanished(findings: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Rows of the history `before` that were open or out of sight, and that `findings` no longer hold."""
    waiting = before.filter(pl.col("state") != "resolved")
    return waiting.join(findings.select(finding="id"), on="finding", how="anti", maintain_order="left")


def carried_on(
    findings: pl.DataFrame,
    before: pl.DataFrame,
    sight: Mapping[str, Sight],
    decisions: pl.DataFrame,
    as_of: datetime | None,
) -> History:
    """`findings` as the history `before` knows them; `sight` says of each vanished one why it is gone.

    A finding that returns after it was resolved is reopened until somebody looks at it again.
    """
    now = pl.lit(as_of, TIME)
    known = before.select("finding", _before="state", _first="first_seen", _returned="returned")
    told = (
        findings.join(known, left_on="id", right_on="finding", how="left", maintain_order="left")
        .join(_triage(decisions), left_on="id", right_on="finding", how="left", maintain_order="left")
        .with_columns(
            first_seen=pl.when(pl.col("_before").is_null()).then(now).otherwise("_first"),
            _returned=pl.when(pl.col("_before") == "resolved").then(now).otherwise("_returned"),
        )
    )
    there = told.select(
        *_SAME,
        finding="id",
        state=pl.lit("open"),
        first_seen="first_seen",
        last_seen=now,
        returned="_returned",
    ).unique("finding", keep="first", maintain_order=True)
    gone = before.join(there.select("finding"), on="finding", how="anti").with_columns(
        state=pl.when(pl.col("state") == "resolved")
        .then(pl.col("state"))
        .otherwise(pl.col("finding").replace_strict(dict(sight), default="unseen", return_dtype=pl.String))
    )
    columns = empty("history").columns
    return History(
        told.with_columns(state=_state()).select(findings.columns),
        pl.concat([there.select(columns), gone.select(columns)]).sort("finding"),
    )


def _triage(decisions: pl.DataFrame) -> pl.DataFrame:
    """The last word of triage on each finding, and when it was said."""
    said = decisions.filter(pl.col("kind") == "triage", pl.col("finding").is_not_null()).sort("decided")
    state = pl.col("state").replace_strict(_TRIAGED, default="open", return_dtype=pl.String)
    return said.unique("finding", keep="last").select("finding", _triage=state, _decided="decided")


def _state() -> pl.Expr:
    """Triage counts unless the finding has returned since."""
    looked = pl.col("_triage").is_not_null() & (
        pl.col("_returned").is_null() | (pl.col("_decided") >= pl.col("_returned")).fill_null(False)
    )
    return (
        pl.when(pl.col("result") != "gap")
        .then(pl.col("state"))
        .when(looked)
        .then(pl.col("_triage"))
        .when(pl.col("_returned").is_not_null())
        .then(pl.lit("reopened"))
        .otherwise(pl.lit("open"))
    )


def read_whole(coverage: pl.DataFrame, scope: str, noun: str) -> bool:
    """Whether everything that could hold the table `noun` of `scope` was read, and something was."""
    part_of = pl.col("table").str.split("/").list.first() == noun
    mine = coverage.filter(pl.col("scope") == scope, part_of)["state"]
    return len(mine) > 0 and bool((mine == "complete").all())
