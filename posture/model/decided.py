"""What people decided, one record per decision, as it stands in the log of a workspace."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from posture.model.columns import Record
from posture.model.records import Ground

Kind = Literal[
    "owner", "facts", "triage", "false-positive", "exception", "acceptance", "attestation", "undo"
]  # fmt: skip
"""owner and facts state something of a thing; undo takes an earlier record back; the rest judge findings.

An exception is for a long-lived credential, an acceptance for any other gap; an attestation answers a
question.
"""

Answer = Literal["yes", "partly", "no", "not_applicable"]
Triage = Literal["open", "confirmed", "planned", "needs-data"]


class On(Record):
    """What a decision is about: a thing, one finding on it, or a question."""

    subject: str
    """Key of the thing, or id of the question."""
    table: str = ""
    """For a fact: the table that the thing is in."""
    finding: str = ""
    """For a judgement: the finding's id."""
    check: str = ""
    discriminator: str = ""


class Evidence(Record):
    """Something to show for an answer, with the digest of the file or page export."""

    link: str
    sha256: str


class Decided(Record):
    """One decision. Nothing in it is ever changed: a later record takes its place or takes it back."""

    id: str = ""
    """First 16 hexadecimal digits of SHA-256 over everything but `id` and `after`."""
    after: tuple[str, ...] = ()
    """Records on the same that its author knew when deciding: two that do not know each other conflict."""
    kind: Kind
    on: tuple[On, ...] = ()
    author: str
    decided: datetime
    reason: str = ""
    ground: Ground | None = None
    """For an exception: what stands in the way of the usual."""
    facts: dict[str, str | int | float | bool] = Field(default_factory=dict)
    """Columns of the thing's table, as inventory.toml writes them; times in ISO 8601."""
    triage: Triage | None = None
    approver: str = ""
    expires: datetime | None = None
    vaulted: bool | None = None
    scope_reduced: bool | None = None
    monitored: bool | None = None
    runbook: bool | None = None
    answer: Answer | None = None
    statement: str = ""
    evidence: tuple[Evidence, ...] = ()
    respondent: str = ""
    control_owner: str = ""
    reviewer: str = ""
    undoes: str = ""
    """For an undo: id of the record that no longer counts."""

    def content(self) -> dict[str, Any]:
        """Everything that was said, without what is not given."""
        said = self.model_dump(mode="json", exclude_defaults=True, exclude={"id", "after"})
        return {name: value for name, value in said.items() if value != {}}

    def identified(self, after: tuple[str, ...] = ()) -> Decided:
        """The same decision with its id, and with the records that it follows."""
        return self.model_copy(update={"id": _digest(self.content()), "after": after})

    @property
    def genuine(self) -> bool:
        """Whether the id fits what the record says."""
        return self.id == _digest(self.content())

    def line(self) -> bytes:
        """The record as one line of the log, keys sorted."""
        said = {**self.content(), "id": self.id, **({"after": list(self.after)} if self.after else {})}
        return (json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n").encode()

    def slots(self) -> tuple[tuple[str, ...], ...]:
        """What the record settles: of two on one slot, the later holds."""
        if self.kind in ("owner", "facts"):
            names = sorted({name.removeprefix("has_") for name in self.facts})
            return tuple(("fact", one.table, one.subject, name) for one in self.on for name in names)
        if self.kind == "attestation":
            return tuple(("question", one.subject, one.discriminator) for one in self.on)
        return tuple(("finding", one.finding) for one in self.on)

    def says(self) -> str:
        """What it comes to, in a few words."""
        if self.kind in ("owner", "facts"):
            return ", ".join(f"{name} is {value}" for name, value in sorted(self.facts.items()))
        if self.kind == "attestation":
            return f"answered {self.answer}"
        if self.kind == "triage":
            return str(self.triage)
        if self.kind == "undo":
            return f"takes {self.undoes} back"
        return self.kind + (f" until {self.expires:%Y-%m-%d}" if self.expires else "")


def _digest(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
