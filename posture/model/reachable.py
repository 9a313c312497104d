"""Tables of what is reached: tools, systems, and the links that lead from one thing to the next."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from posture.model.actors import Environment
from posture.model.columns import Maybe, Row, Stated

Sensitivity = Literal["public", "internal", "confidential", "restricted"]


class Tool(Row):
    """An MCP server, action group, function or connector, and each operation that it offers."""

    key: str
    """`tool:AGENT-ROOT/client/server[/operation]`."""
    scope: str = ""
    name: str | None = None
    kind: Literal["mcp-server", "builtin", "action-group", "function", "connector", "operation"] = (
        "mcp-server"
    )
    parent: str | None = None
    """For an operation: the server that offers it."""
    transport: Maybe[Literal["stdio", "http", "sse", "ws", "builtin", "extension", "catalog"]] = None
    enabled: Maybe[bool] = None
    effects: Maybe[int] = None
    """Mask of permission classes that its operations need; not known where nothing lists them."""
    claimed: bool = False
    """Whether `effects` rests on a claim: a hint of the server or dated reference data."""
    obtains: Maybe[bool] = None
    """Whether it hands out credentials: runs code, reads secrets or mints tokens."""
    runs_code: Maybe[bool] = None
    sends_outside: Maybe[bool] = None
    """Whether it can carry data out: mail, web, messages."""
    reads_private: Maybe[bool] = None
    free_parameter: Maybe[bool] = None
    """Whether a string parameter acts as query, command, path or address without limits."""
    package: Maybe[str] = None
    version: Maybe[str] = None
    pin: Maybe[Literal["exact", "floating", "none"]] = None
    digest: Maybe[str] = None
    signed: Maybe[bool] = None
    host: Maybe[str] = None
    """Remote end as host:port."""
    authentication: Maybe[str] = None
    """none, bearer, oauth, iam, mtls, ..."""
    beyond_loopback: Maybe[bool] = None
    passes_token: Maybe[bool] = None
    """Whether it forwards its caller's token."""
    third_party: Stated[bool] = None
    publisher_verified: Maybe[bool] = None
    definition: Maybe[str] = None
    """SHA-256 over name, description and schema of its operations."""
    approved_definition: Maybe[str] = None
    last_used: Maybe[datetime] = None


class System(Row):
    """What can be reached: bucket, database, secret, queue, SaaS, cluster, workload, the control plane."""

    key: str
    """ARN or `provider:scope:kind[:name]`."""
    scope: str = ""
    provider: str = ""
    kind: str = "other"
    """One of the kinds of `access/kinds.toml`, such as bucket, database, secret, function, control-plane."""
    name: str | None = None
    pattern: bool = False
    """Whether it stands for every system of this kind in the scope."""
    criticality: Stated[int] = None
    """1 to 5."""
    sensitivity: Stated[Sensitivity] = None
    environment: Stated[Environment] = None
    owner: Stated[str] = None
    public: Maybe[bool] = None
    """Whether anybody may reach it."""
    own_policy: bool | None = None
    """Whether a policy of its own stands on it; false where somebody looked and there is none."""
    restricts_public: bool | None = None
    """Of a bucket: whether a policy that is public lets in its own account and services alone."""
    ignores_public: bool | None = None
    """Of a bucket: whether what its access control list grants everybody counts for nothing."""
    managed: bool | None = None
    """Of a machine: whether Systems Manager reaches it; false where it lost it."""
    state: Maybe[Literal["active", "paused", "retired", "deleted"]] = None
    third_party: Stated[bool] = None


class Link(Row):
    """One thing leads to another; the evidence travels with it."""

    kind: Literal[
        "uses-tool", "holds", "authenticates", "runs-as", "may-become", "lets-into", "may-act", "opens",
        "calls", "delegates", "stored-at", "contains", "member-of", "declared-tool",
    ]  # fmt: skip
    from_: str = Field(alias="from")
    to: str
    classes: int | None = None
    """For a link that ends at a system: mask of permission classes."""
    certain: bool = True
    """False where a condition, an unread layer or a guess stands between."""
    because: str | None = None
    """The statement or setting it was read from."""
    depends_on: str | None = None
    """For an uncertain link: what would settle it."""
    method: str | None = None
    """For an escalation: the method's id."""
    breadth: Maybe[Literal["any-tenant", "organisation", "exact"]] = None
    """For a way in from outside: how many others the trust lets in besides the one that is meant."""
    guarded: Maybe[bool] = None
    """For trust in another account or a service: whether an external id or source conditions narrow it."""
    ambient: bool = False
    """Whether the credential is not the tool's own, but merely lies within its reach."""
    narrowed: Maybe[bool] = None
    """For a delegation: whether the scope of the next hop is a subset."""
    decided: Maybe[bool] = None
    """For a delegation: whether the hop has a policy decision of its own."""
    logged: Maybe[bool] = None
    """For a delegation: whether the hop has a log event of its own."""
    authenticated: Maybe[bool] = None
    """For a delegation: mTLS, signed message or audience-bound token."""
    card_signed: Maybe[bool] = None
    actor_recorded: Maybe[bool] = None
    """Whether token or log name both subject and actor."""
