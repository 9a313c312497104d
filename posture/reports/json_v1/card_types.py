"""The types of an agent's card in the JSON document; they may only grow."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from posture.reports.json_v1.part import CLOSED, Words


class Card(BaseModel):
    model_config = CLOSED


class CardReachV1(Card):
    """What is zero or empty is left out."""

    systems: int = 0
    """By name, for certain."""
    patterns: int = 0
    """What policies name as a whole, for certain."""
    possibly: int = 0
    """Both, if a condition holds."""
    by_becoming_another: int = 0
    """How many of all of these are reached as somebody else."""
    writes_across: Words = []
    """Clouds, and kinds of service, in which it may change something."""


class CardAccessV1(Card):
    """How long what lies in its reach goes on opening something."""

    credential: str = ""
    """The one that lasts longest."""
    endless: bool = False
    hours: float | None = None
    not_known: int = 0
    """Credentials of which nothing says when they end."""


class CardTimelyV1(Card):
    """Over what it holds; a test that is not known is left out."""

    state: Literal["complete", "partial", "none", "not known"]
    task_bound: bool | None = None
    identity_bound: bool | None = None
    revoked_at_end: bool | None = None
    outlives_task_hours: float | None = None
    outlives_task_endlessly: bool = False


class CardGuardV1(Card):
    kind: str
    scope: str = ""
    strength: str = ""
    mode: str = ""
    engine: str = ""
    tested: str | None = None


class CardApprovalsV1(Card):
    """Over the last 30 days."""

    decisions: int | None = None
    approved_share: float | None = None
    median_seconds: float | None = None


class AgentCardV1(Card):
    """One agent at a glance. Its row is in `inventory.agents`, its gaps are the findings on its key, and why
    controls work on it only in part is in `degraded`. What is empty or zero is left out.
    """

    agent: str
    reach: CardReachV1 = CardReachV1()
    access: CardAccessV1 = CardAccessV1()
    tools: Words = []
    """Those that it has; those declared for it stand beside."""
    declared_tools: Words = []
    acts_as: Words = []
    just_in_time: CardTimelyV1 | None = None
    lacks: Words = []
    """What is not all there of identity, token and decision."""
    safeguards: list[CardGuardV1] = []
    approvals: list[CardApprovalsV1] = []
    logged: Words = []
    """Kinds of event that a log records of it."""
    governance: dict[str, str] = {}
    """Owner, monitoring, revocation, override and threat model, in words."""
