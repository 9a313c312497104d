"""What was decided since a run, shown on it at once; figures and order follow with the next run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from msgspec.structs import replace

from posture import frameworks
from posture.assess.decided import SOURCE, judgements
from posture.checks.registry import every as every_check
from posture.estate.declared import DECIDED
from posture.model.assessment import Assessment
from posture.model.decided import Decided
from posture.model.frames import frame
from posture.score.attestations import standings
from posture.score.controls import controls, counted
from posture.settings import restored
from posture.workspace.decisions import Log
from posture.workspace.holding import Holding, holding

_RESULT = {
    "exception": ("accepted", "accepted"),
    "acceptance": ("accepted", "accepted"),
    "false-positive": ("accepted", "false-positive"),
}
_TRIAGE = {"confirmed": "triaged", "needs-data": "triaged", "planned": "planned", "open": "open"}


def shown(assessment: Assessment, records: Sequence[Decided]) -> Assessment:
    """`assessment` with states and owners of findings, decisions and answered controls as they are now."""
    found = holding(records)
    before = assessment.tables["decisions"].collect()
    rows = judgements(found)
    if not found.by_slot and not before.height:
        return assessment
    # A run that an older version saved may lack columns.
    kept = before.filter(pl.col("source") != SOURCE)
    now = pl.concat([frame("decisions", rows), kept], how="diagonal")
    made = replace(
        assessment,
        tables={**assessment.tables, "findings": _findings(assessment, found), "decisions": now.lazy()},
    )
    return made if _answers(before) == _answers(now) else _answered(made, now)


def pending(assessment: Assessment, log: Log) -> int:
    """How many decisions the figures of `assessment` do not rest on yet, those taken back included."""
    held = holding(log.records).by_slot
    judged = {record.id for slot, record in held.items() if slot[0] != "fact"}
    rested = assessment.tables["decisions"].filter(pl.col("source") == SOURCE).select("at").unique().collect()
    facts = {
        record.id
        for (kind, *where), record in held.items()
        if kind == "fact" and not _stands(assessment, where, record.facts)
    }
    differ = len(judged ^ set(rested["at"])) + len(facts)
    read = assessment.tables["inputs"].filter(pl.col("file") == DECIDED).select("sha256").collect()["sha256"]
    # A fact that was taken back leaves no trace but in the log, which the run had read before.
    return max(differ, int(read.len() > 0 and log.sha256 not in read))


def _stands(assessment: Assessment, where: Sequence[str], facts: Mapping[str, Any]) -> bool:
    """Whether the table says of the thing what somebody stated."""
    table, key, name = where
    row = assessment.tables[table].filter(pl.col("key") == key).select(name, f"has_{name}").collect()
    if not row.height:
        return False
    value, has = row.row(0)
    return bool(has is False) if facts.get(f"has_{name}") is False else bool(value == facts.get(name))


def _findings(assessment: Assessment, found: Holding) -> pl.LazyFrame:
    results: dict[str, str] = {}
    states: dict[str, str] = {}
    owners: dict[str, str] = {}
    for slot, record in found.by_slot.items():
        if slot[0] == "fact" and slot[3] == "owner" and "owner" in record.facts:
            owners[slot[2]] = str(record.facts["owner"])
        elif slot[0] == "finding" and record.kind in _RESULT:
            results[slot[1]], states[slot[1]] = _RESULT[record.kind]
        elif slot[0] == "finding" and record.triage:
            results[slot[1]], states[slot[1]] = "gap", _TRIAGE[record.triage]
    return assessment.tables["findings"].with_columns(
        _told("id", results, "result"), _told("id", states, "state"), _told("subject", owners, "owner")
    )


def _told(key: str, said: dict[str, str], column: str) -> pl.Expr:
    if not said:
        return pl.col(column)
    return pl.col(key).replace_strict(said, default=pl.col(column), return_dtype=pl.String).alias(column)


def _answers(decisions: pl.DataFrame) -> set[str]:
    return set(decisions.filter(pl.col("kind") == "attestation")["at"])


def _answered(assessment: Assessment, decisions: pl.DataFrame) -> Assessment:
    """Controls and their counts, as the answers let them stand."""
    overview = assessment.overview
    catalogue = frameworks.load()
    tallies = {row["check"]: row for row in assessment.frame("tallies").iter_rows(named=True)}
    wanted = restored(overview.settings).frameworks
    rows = controls(catalogue, every_check(), tallies, wanted, standings(decisions, overview.as_of))
    return replace(
        assessment,
        overview=overview.model_copy(update={"frameworks": counted(rows, catalogue)}),
        tables={**assessment.tables, "controls": rows.lazy()},
    )
