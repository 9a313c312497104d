"""Tables of what allows and what holds back: policies, grants, permissions, safeguards, logs, approvals."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from posture.model.columns import Maybe, Row, Stated


class Policy(Row):
    """A policy document as found, and where it is attached; its statements are addressed by index."""

    key: str
    """Policy ARN, or `OWNER-KEY#kind/name` for one that lives inside its owner."""
    scope: str = ""
    provider: str = ""
    kind: Literal[
        "inline",
        "managed",
        "boundary",
        "trust",
        "resource",
        "scp",
        "rcp",
        "acl",
        "session",
        "binding",
        "deny",
        "role",
        "setting",
    ]
    name: str | None = None
    attached_to: str = ""
    """Key of the identity, group, system or scope that it is attached to."""
    level: int | None = None
    """For organisation policies: distance from the root."""
    document: str | None = None
    """SHA-256 of the text in `documents`; null where the export names the policy without its text."""
    provider_managed: bool = False


class Document(Row):
    """The text of a policy document, once however often it is attached."""

    key: str
    """SHA-256 of the text."""
    text: str
    """The document as JSON, as found."""


class Safeguard(Row):
    """What holds an agent, tool or identity back."""

    subject: str
    """Key of the agent, tool or identity."""
    kind: Literal[
        "approval", "request-policy", "guardrail", "sandbox", "limit", "override", "monitor", "scan",
        "threat-model", "review", "revocation-runbook", "input-mediation",
    ]  # fmt: skip
    scope: str | None = None
    """Which action, tool or surface it holds for; null for all. `issuance`: it decides on new credentials."""
    mode: Maybe[Literal["enforce", "log-only", "once", "off"]] = None
    """once: it decided when access was given, and not since."""
    strength: Maybe[Literal["none", "lightweight", "strong"]] = None
    """For an approval: how strong."""
    bound_to_action: Maybe[bool] = None
    """For an approval: whether it names the action and not only the identity."""
    attributes: Maybe[str] = None
    """For a request-time policy: the attributes it looks at, comma-separated."""
    egress: Maybe[Literal["closed", "limited", "open"]] = None
    """For a sandbox: what it lets out."""
    value: Maybe[float] = None
    """For a limit: the number."""
    engine: Maybe[str] = None
    """For a request-time policy: what decides, such as opa or cedar."""
    tested: Stated[datetime] = None
    """When it was last tried or reviewed."""
    evidence: str | None = None


class Permission(Row):
    """A rule or mode in the configuration of an agent's client, as written, and whether it takes effect."""

    subject: str
    """Key of the agent whose client reads it."""
    effect: Literal[
        "allow", "ask", "deny", "mode", "trust", "approve", "reject", "scope", "role", "sandbox", "hook"
    ]
    """allow: without asking; approve and reject: of a tool server; scope: of OAuth or a pipeline's token."""
    rule: str
    """As written; a secret in it is masked."""
    server: str | None = None
    """Key of the tool that it is about, where it is about one."""
    layer: Literal["managed", "local", "project", "user"] = "user"
    """Whose file it stands in; managed beats local beats project beats user."""
    effective: Maybe[bool] = None
    """Whether it decides anything beside the other rules."""
    because: str | None = None
    """What overrules it, or why nobody can say."""


class Log(Row):
    """A stream of records."""

    key: str
    scope: str = ""
    retention_days: Maybe[int] = None
    correlated: Maybe[bool] = None
    """Whether its kinds of event share one id."""


class LogEvent(Row):
    """One kind of event in one log, and what it names."""

    log: str
    event: Literal[
        "tool-use", "token-mint", "secret-retrieval", "approval", "denial", "issuance", "delegation"
    ]
    subject: str | None = None
    """Agent or hop that it covers; null for all."""
    names_agent: Maybe[bool] = None
    names_task: Maybe[bool] = None
    names_credential: Maybe[bool] = None
    names_chain: Maybe[bool] = None


class Grant(Row):
    """What was granted to an identity against what it used."""

    subject: str
    service: str | None = None
    granted: Maybe[int] = None
    used: Maybe[int] = None
    window_days: Maybe[int] = None
    offline: Maybe[bool] = None
    """For OAuth: access while the user is away."""
    breadth: Maybe[Literal["narrow", "all-data", "admin"]] = None
    classes: Maybe[int] = None
    purpose: Stated[str] = None
    """What it was given for."""
    task: Maybe[str] = None
    """The task that it is limited to."""
    starts: Maybe[datetime] = None
    ends: Maybe[datetime] = None
    """When the grant stops; known to be none where it stands."""


class Approval(Row):
    """Decisions of approvers over a window, in sums."""

    agent: str
    decisions: Maybe[int] = None
    approved_share: Maybe[float] = None
    median_seconds: Maybe[float] = None
    self_approved: Maybe[bool] = None
    preview: Maybe[bool] = None
