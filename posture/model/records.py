"""Tables of what people decided and of what was read: decisions, coverage, aliases, code owners, tags."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from posture.model.columns import Maybe, Row

Ground = Literal["legacy", "shared-automation", "batch", "vendor", "long-running", "no-reauthentication"]


class Decision(Row):
    """What people decided on a finding or a subject."""

    subject: str
    """Key of the thing; for an attestation the id of the question."""
    kind: Literal["exception", "acceptance", "false-positive", "owner", "attestation", "triage"]
    """exception: for a long-lived credential; acceptance: for any other gap."""
    check: str | None = None
    finding: str | None = None
    """The one finding that it is about; null for all that the check finds on the subject."""
    state: Maybe[Literal["open", "confirmed", "planned", "needs-data"]] = None
    """For triage: what somebody made of it."""
    author: str | None = None
    approver: str | None = None
    reason: str | None = None
    ground: Maybe[Ground] = None
    """For an exception: what stands in the way of the usual."""
    decided: datetime | None = None
    expires: Maybe[datetime] = None
    vaulted: Maybe[bool] = None
    scope_reduced: Maybe[bool] = None
    monitored: Maybe[bool] = None
    runbook: Maybe[bool] = None
    answer: Maybe[Literal["yes", "partly", "no", "not_applicable"]] = None
    """For an attestation, as are the rest."""
    statement: str | None = None
    about: str | None = None
    """The organisation, a team, or subjects; null for the whole organisation."""
    evidence: Maybe[str] = None
    """Links, each with the SHA-256 of the file or page export, separated by blanks."""
    respondent: str | None = None
    control_owner: str | None = None
    reviewer: str | None = None


class Coverage(Row):
    """What was read of one table in one scope by one source."""

    scope: str
    table: str
    state: Literal["complete", "partial", "unread"]
    why: str | None = None
    """What failed or is blind."""
    would_help: str | None = None
    """The permission, file or command that would close it."""


class Alias(Row):
    """Another name of a node: a unique id, a full resource name."""

    key: str
    alias: str


class CodeOwner(Row):
    """One rule of a CODEOWNERS file: who answers for files that a pattern matches; the last match holds."""

    scope: str
    """Key of the repository."""
    n: int
    """Its line."""
    base: str
    """Folder that the pattern starts from, as labels of files write it."""
    pattern: str
    owners: str
    """Users, teams and addresses, separated by blanks; empty where the rule takes owners away."""


class Tag(Row):
    """A tag of an identity, as conditions of policies ask for it; what looks like a secret is left out."""

    subject: str
    """Key of the identity that carries it."""
    name: str
    value: str
