"""First seen, reopened, resolved: what a finding has been through, carried on from the run before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import polars as pl

from posture.model.frames import frame

Sight = Literal["resolved", "unseen"]
"""Why a finding is no longer there: it was looked for and is gone, or nobody could have seen it."""

_TRIAGED = {"confirmed": "triaged", "needs-data": "triaged", "planned": "planned"}


@dataclass(frozen=True, slots=True)
class History:
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
    known = {row["finding"]: row for row in before.iter_rows(named=True)}
    triage = {
        row["finding"]: row
        for row in decisions.filter(pl.col("kind") == "triage").iter_rows(named=True)
        if row["finding"]
    }
    rows: dict[str, dict[str, Any]] = {}
    states: list[str] = []
    firsts: list[datetime | None] = []
    for row in findings.iter_rows(named=True):
        earlier = known.get(row["id"], {})
        returned = as_of if earlier.get("state") == "resolved" else earlier.get("returned")
        first = earlier["first_seen"] if earlier else as_of
        states.append(_state(row, returned, triage.get(row["id"])))
        firsts.append(first)
        rows[row["id"]] = {
            "finding": row["id"],
            **{name: row[name] for name in ("check", "subject", "name", "noun", "scope", "severity")},
            "state": "open",
            "first_seen": first,
            "last_seen": as_of,
            "returned": returned,
        }
    for id_, row in known.items():
        if id_ not in rows:
            rows[id_] = {
                **row,
                "state": sight.get(id_, "unseen") if row["state"] != "resolved" else "resolved",
            }
    return History(
        findings.with_columns(
            pl.Series("state", states, pl.String),
            pl.Series("first_seen", firsts, findings.schema["first_seen"]),
        ),
        frame("history", [rows[id_] for id_ in sorted(rows)]),
    )


def read_whole(coverage: pl.DataFrame, scope: str, noun: str) -> bool:
    """Whether everything that could hold the table `noun` of `scope` was read, and something was."""
    part_of = pl.col("table").str.split("/").list.first() == noun
    mine = coverage.filter(pl.col("scope") == scope, part_of)["state"]
    return len(mine) > 0 and bool((mine == "complete").all())


def _state(row: Mapping[str, Any], returned: datetime | None, triage: Mapping[str, Any] | None) -> str:
    if row["result"] != "gap":
        return str(row["state"])
    if triage and (returned is None or (triage["decided"] is not None and triage["decided"] >= returned)):
        return _TRIAGED.get(triage["state"], "open")
    return "reopened" if returned is not None else "open"
