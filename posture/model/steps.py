"""What the plan holds: its steps, the findings that they close, and what each waits for."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from posture.model.columns import Record


class Step(Record):
    """One action of the plan, in order."""

    n: int
    """Position in its lane, from 1."""
    id: str
    action: str
    """contain, rotate, replace, narrow-scope, ..."""
    subject: str
    name: str = ""
    title: str
    lane: Literal["order", "control"] = "order"
    stage: int = 0
    """0 contain-now public, 1 contain-now internal, 2 rotate-now, 3 the rest."""
    wave: int = 0
    bundle: str = ""
    """Shared by steps that were taken together."""
    due: datetime | None = None
    label: str = ""
    effort: float
    """Hours."""
    disruption: float = 0.0
    """Expected hours of outage times consumers."""
    gain: float = 0.0
    """Drop of path risk when it is done at its place."""
    risk_after: float = 0.0
    finish: datetime | None = None
    """When it is done, worked in order with the lanes and hours of the settings; null in the control lane."""
    at_risk: bool = False
    """Whether its date will have passed by then; containing counts as met at the revocation."""
    density: float = 0.0
    failure_mode: Literal["exposure", "post-authentication", "governance"] = "exposure"
    why: str
    """Why now, in one sentence."""
    breaks: str = ""
    """What it takes from an attacker."""
    may_break: str = ""
    """What may stop working."""
    proof: str = ""
    """How to show that it is done."""
    how: str = ""
    """The artefact or command."""
    owner: str | None = None
    findings: int = 0
    """How many findings it closes."""
    agents: int = 0
    """How many agents it concerns."""
    systems: int = 0
    """How many systems what it closes reaches."""


class StepFinding(Record):
    """Which step closes which finding."""

    step: str
    finding: str


class StepNeed(Record):
    """Which step must come before which, and by which rule."""

    step: str
    needs: str
    because: str = ""
