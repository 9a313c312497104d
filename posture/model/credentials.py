"""Tables of credentials: the ways to authenticate, where they lie, who used, read or saw them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from posture.model.actors import Class
from posture.model.columns import Maybe, Row, Stated


class Credential(Row):
    """One way to authenticate. The value has no column, nor has any part of it."""

    key: str
    """Access key id, key resource name, or `secret:ROOT/path#pointer` for a literal in a file."""
    scope: str = ""
    provider: str = ""
    kind: Literal[
        "access-key", "service-account-key", "api-key", "token", "personal-token", "oauth-grant", "password",
        "certificate", "ssh-key", "private-key", "database-password", "session", "federated-trust",
        "workload-token", "app-password", "unknown",
    ] = "unknown"  # fmt: skip
    shape: Maybe[str] = None
    """The vendor's shape by which it was recognised, such as github_pat."""
    name: str | None = None
    same_value_as: str | None = None
    """Smallest key of the group of places that hold the same value; null where it stands alone."""
    enabled: Maybe[bool] = None
    created: Maybe[datetime] = None
    rotated: Maybe[datetime] = None
    """When it was last issued anew."""
    expires: Maybe[datetime] = None
    """When it stops working; known to be none where it never does."""
    ttl: Maybe[int] = None
    """Seconds that one issue is valid."""
    last_used: Maybe[datetime] = None
    last_used_blind: Maybe[bool] = None
    exposure: Maybe[Literal["managed", "at-rest", "internal", "public"]] = None
    """Worst place it lies in: a managed store; unmanaged at rest; readable inside; readable outside."""
    valid: Maybe[bool] = None
    """False only where it was proven not to work; not known counts as valid."""
    store: Maybe[Literal["vault", "secret-manager", "keyring", "file", "environment", "configuration"]] = None
    engine: Maybe[Literal["static", "dynamic"]] = None
    """For a vault: whether the value is stored or issued on request."""
    lease: Maybe[int] = None
    """For a vault: longest lease in seconds."""
    rotation: Maybe[bool] = None
    """Whether managed rotation is on."""
    next_rotation: Maybe[datetime] = None
    rotation_policy: Maybe[str] = None
    holder: Stated[Class] = None
    """Who holds it."""
    source_restricted: Maybe[bool] = None
    """Whether it works only from named networks or hosts."""
    can_federate: Maybe[bool] = None
    """Whether the platform it is used on offers roles, managed identities or OIDC."""
    cannot_refresh: Stated[bool] = None
    """The consumer does not take a new value cleanly."""
    revocation_unclear: Stated[bool] = None
    """Nobody can say what breaks when it is revoked."""
    flow: Maybe[str] = None
    """OAuth flow or protocol, such as authorization-code, implicit, password, basic, ntlm."""
    sender_bound: Maybe[bool] = None
    """Whether mTLS, DPoP or a certificate binds it to its holder."""
    audience_bound: Maybe[bool] = None
    task_bound: Maybe[bool] = None
    environment_bound: Maybe[bool] = None
    identity_bound: Maybe[bool] = None
    approval_bound: Maybe[bool] = None
    """Whether it names the approval that its action needs."""
    granularity: Maybe[Literal["app", "session", "run", "step"]] = None
    """How often it is issued."""
    revoked_at_task_end: Maybe[bool] = None
    revoked_on_state_change: Maybe[bool] = None
    revocation_lag: Maybe[int] = None
    """Seconds between the end of the task and revocation, as observed."""
    reissue: Maybe[Literal["automatic", "manual"]] = None
    runs_per_day: Maybe[float] = None
    business_case: Stated[str] = None
    """Why a longer life is accepted."""
    subject: Maybe[Literal["person", "workload", "team"]] = None
    """Whom it stands for."""
    delegated: Maybe[bool] = None
    """Whether it names both subject and actor."""


class Reference(Row):
    """A pointer in a configuration to a value that is kept elsewhere."""

    subject: str
    """Key of the agent or tool whose configuration it stands in."""
    name: str
    """The variable, prompt, secret or file that it points at."""
    syntax: str
    """How it is written: braces, env, input, variable-name, secret-ref, ..."""
    credential: str | None = None
    """Key of the credential that it stands for; null where it is a plain setting."""
    default: bool = False
    """Whether the file holds a value to use where there is none."""


class Exposure(Row):
    """A credential seen somewhere that it should not be."""

    credential: str
    surface: Literal[
        "public-repository", "public-package", "paste", "public-bucket", "public-image", "private-repository",
        "infrastructure-state", "application-log", "build-log", "build-artefact", "trace", "chat", "ticket",
        "wiki", "mail", "shared-document", "prompt", "transcript", "memory", "vector-store",
        "agent-configuration", "runtime-environment",
    ]  # fmt: skip
    detected: Maybe[datetime] = None
    revoked: Maybe[datetime] = None
    """When the old value was proven to be rejected."""
    place: str | None = None


class Use(Row):
    """Last seen use of a credential, identity or tool, by whom and from where."""

    subject: str
    by: str | None = None
    """Key of the consumer, where it is known."""
    last: Maybe[datetime] = None
    interactive: Maybe[bool] = None
    """Whether a person's client or network was seen."""
    task: str | None = None
    tool: str | None = None
    environment: str | None = None


class Reader(Row):
    """A person who could read a credential, and when they left."""

    credential: str
    person: str
    left: Maybe[datetime] = None


class Event(Row):
    """Something that calls for issuing a credential anew."""

    subject: str
    kind: Literal["code-change", "tool-change", "privilege-change", "retry-burst"]
    time: datetime
    count: int | None = None
    median: float | None = None


class Scan(Row):
    """A surface that is scanned for secrets."""

    surface: Literal[
        "code", "logs", "prompts", "tickets", "build-output", "chat", "wiki", "mcp-configuration"
    ]
    scope: str = ""
    last_run: Maybe[datetime] = None
