"""What people decided becomes part of the estate: declared facts, and rows of the table `decisions`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from posture.estate.declared import DECIDED
from posture.model.columns import columns
from posture.model.decided import Decided
from posture.model.inputs import Conflict, Input
from posture.model.tables import TABLES
from posture.sources.gather import Gathered
from posture.workspace import decisions
from posture.workspace.holding import Disagreement, Holding, Slot, holding

SOURCE = "decisions"
_JUDGING = ("triage", "false-positive", "exception", "acceptance", "attestation")
_REPEATED = (
    "author", "reason", "ground", "decided", "approver", "expires", "vaulted", "scope_reduced", "monitored",
    "runbook", "answer", "statement", "respondent", "control_owner", "reviewer",
)  # fmt: skip


class Decisions(Struct, frozen=True):
    """What was gathered together with what was decided, and what people disagree on."""

    gathered: Gathered
    disagreements: tuple[Disagreement, ...]
    problems: tuple[str, ...]

    @property
    def conflicts(self) -> list[Conflict]:
        """The disagreements as rows beside those of other sources."""
        return [
            Conflict(
                table="decisions",
                key=one.subject,
                column=one.slot[-1] if one.slot[0] == "fact" else one.kept.kind,
                kept=one.kept.says(),
                kept_from=f"{one.kept.author} {one.kept.id}",
                other=one.other.says(),
                other_from=f"{one.other.author} {one.other.id}",
            )
            for one in self.disagreements
        ]


def decided(gathered: Gathered, workspace: Path) -> Decisions:
    """`gathered` with the decisions of `workspace` in it; the log is one of the inputs."""
    log = decisions.read(workspace)
    found = holding(log.records)
    if rows := judgements(found):
        gathered.rows.tables.setdefault("decisions", []).extend(rows)
    for record, slots in _held(found):
        if record.kind not in _JUDGING:
            _state(gathered, record, slots)
    entry = Input(
        file=DECIDED,
        source=SOURCE,
        outcome="absent" if not log.bytes else "partial" if log.problems else "read",
        why=log.problems[0] if log.problems else "",
        sha256=log.sha256,
        bytes=log.bytes,
    )
    inputs = (*gathered.inputs, entry) if log.bytes or log.problems else gathered.inputs
    said = (*log.problems, *(one.says for one in found.disagreements))
    return Decisions(replace(gathered, inputs=inputs), found.disagreements, said)


def judgements(found: Holding) -> list[dict[str, Any]]:
    """Rows of the table `decisions` for what holds, in the order of the records' ids."""
    return [
        row for record, slots in _held(found) if record.kind in _JUDGING for row in _judgements(record, slots)
    ]


def _held(found: Holding) -> list[tuple[Decided, list[Slot]]]:
    held = {record.id: record for record in found.by_slot.values()}
    slots: dict[str, list[Slot]] = defaultdict(list)
    for slot, record in found.by_slot.items():
        slots[record.id].append(slot)
    return [(held[id_], slots[id_]) for id_ in sorted(held)]


def _state(gathered: Gathered, record: Decided, slots: Sequence[Slot]) -> None:
    tables = gathered.rows.tables
    for _fact, table, subject, name in slots:
        tables.setdefault("declarations", []).append(
            {
                "table": table,
                "key": subject,
                "match": "",
                "columns": _columns(table, name, record.facts),
                "source": SOURCE,
                "file": DECIDED,
                "at": record.id,
                "collected_at": None,
            }
        )


def _columns(table: str, name: str, facts: dict[str, Any]) -> dict[str, Any]:
    """The one fact, with a time that is a time."""
    mine = {column: value for column, value in facts.items() if column in (name, f"has_{name}")}
    times = {column.name for column in columns(TABLES[table]) if column.type == "time"}
    return {
        column: datetime.fromisoformat(value) if column in times and isinstance(value, str) else value
        for column, value in mine.items()
    }


def _judgements(record: Decided, slots: Sequence[Slot]) -> Iterator[dict[str, Any]]:
    """One row for each thing on which this record is the one that holds."""
    said = {name: getattr(record, name) for name in _REPEATED}
    row = {name: value for name, value in said.items() if value not in ("", None)}
    if record.evidence:
        row["evidence"] = " ".join(f"{one.link} {one.sha256}" for one in record.evidence)
    row["has_expires"] = record.expires is not None
    mine = set(slots)
    for one in record.on:
        if not mine & set(record.model_copy(update={"on": (one,)}).slots()):
            continue
        yield {
            **row,
            "subject": one.subject,
            "kind": record.kind,
            "check": one.check or None,
            "finding": one.finding or None,
            "state": record.triage,
            "about": one.discriminator or None if record.kind == "attestation" else None,
            "source": SOURCE,
            "file": DECIDED,
            "at": record.id,
        }
