"""Tables of who acts: scopes, identities, groups, agents, pipelines, and what agents remember and start."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from posture.model.columns import Maybe, Row, Stated

Environment = Literal["production", "staging", "development", "test", "sandbox"]
Class = Literal["agent", "workload", "pipeline", "vendor", "human"]


class Scope(Row):
    """An account, project, subscription, cluster, organisation, repository or host."""

    key: str
    """Such as `aws:111122223333`, `gcp:project-id`, `repo:billing`, `home:dana`."""
    kind: Literal[
        "organisation",
        "folder",
        "account",
        "project",
        "subscription",
        "cluster",
        "repository",
        "host",
        "tenant",
    ]
    provider: str = ""
    """aws, gcp, azure, kubernetes, github, local or the SaaS provider's name."""
    name: str | None = None
    """Its name as the provider shows it."""
    parent: Maybe[str] = None
    """Key of the scope that contains it."""
    environment: Stated[Environment] = None
    """What it serves."""
    trusted: Stated[bool] = None
    """Whether it belongs to the zone of trust."""
    loosely_governed: Stated[bool] = None
    """A SaaS tenant, a runner or a shared orchestration where central revocation does not hold."""
    restricts_public: bool | None = None
    """Of an account: whether it holds every bucket with a public policy to itself and to services."""
    ignores_public: bool | None = None
    """Of an account: whether what access control lists of its buckets grant everybody counts for nothing."""


OUTSIDE = ("federated", "external")
"""Kinds of identity that others issue and retire."""


class Identity(Row):
    """Anything that can act: role, user, service account, service principal, agent identity, pipeline."""

    key: str
    """ARN, `serviceAccount:EMAIL`, or `provider:scope:kind:name`."""
    scope: str = ""
    """Key of the scope it lives in."""
    provider: str = ""
    """aws, gcp, azure, kubernetes, github, local or a SaaS provider."""
    kind: Literal[
        "user", "role", "root", "service-account", "service-principal", "agent-identity", "pipeline",
        "federated", "external", "unknown",
    ] = "unknown"  # fmt: skip
    """What the provider calls it; `federated`: a subject of another issuer; `external`: another's account."""
    name: str | None = None
    """Its short name."""
    class_: Stated[Class] = Field(default=None, alias="class")
    """What it is in our terms; an agent is never a human."""
    pattern: bool = False
    """Whether the row stands for every identity that a statement's pattern covers."""
    provider_owned: bool = False
    """Made and run by the provider: service-linked roles, service agents. Hidden by default and counted."""
    trusted_service: Maybe[str] = None
    """The compute or platform service that its trust policy lets run as it, such as lambda.amazonaws.com."""
    enabled: Maybe[bool] = None
    """Whether it can be used now."""
    state: Maybe[Literal["active", "paused", "retired", "deleted"]] = None
    """State of the workload that uses it."""
    created: Maybe[datetime] = None
    """When it was made."""
    last_used: Maybe[datetime] = None
    """When it last acted; known to be none where it never did."""
    last_used_blind: Maybe[bool] = None
    """Whether the source that tells last use misses some ways of using it."""
    owner: Stated[str] = None
    """Who answers for it."""
    owner_active: Stated[bool] = None
    """Whether that person or group is still there and has members."""
    environment: Stated[Environment] = None
    """What it serves."""
    purpose: Stated[str] = None
    """What it is for, in its owner's words."""
    reviewed: Stated[datetime] = None
    """When its access was last reviewed."""
    interactive: Maybe[bool] = None
    """Whether a person can sign in as it: console password, shell, SSO."""
    mfa: Maybe[bool] = None
    """Whether a second factor protects that sign-in."""
    boundary: Maybe[str] = None
    """Its permissions boundary or principal access boundary."""
    outer_deny: Maybe[bool] = None
    """Whether an organisation policy or deny policy limits it."""
    attested: Maybe[str] = None
    """How it proves what it is: spiffe, cloud, oidc, agent-identity."""
    publisher_verified: Maybe[bool] = None
    """For a third party: whether its publisher is verified."""
    vendor_reviewed: Stated[bool] = None
    """For a third party: whether somebody reviewed it."""


class Group(Row):
    """A group of identities that policies may be attached to."""

    key: str
    scope: str = ""
    name: str | None = None
    provider: str = ""


class Agent(Row):
    """An AI agent, and each client that runs one."""

    key: str
    """`agent:ROOT/client[/name]`."""
    scope: str = ""
    name: str | None = None
    platform: str = ""
    """claude-code, cursor, bedrock, langgraph, a2a, ..."""
    kind: Literal["client", "agent", "subagent", "framework-agent", "a2a-agent", "ci-agent"] = "agent"
    role: Stated[Literal["planner", "executor", "retriever", "broker", "worker"]] = None
    autonomy: Stated[Literal["autonomous", "semi", "approved"]] = None
    """autonomous; semi; approved: a person approves each action."""
    input: Stated[Literal["open", "mediated", "trusted"]] = None
    """Whether it reads content that strangers write."""
    selection: Stated[Literal["free", "allow-list", "fixed"]] = None
    """How it chooses tools."""
    state: Maybe[Literal["active", "paused", "retired", "deleted"]] = None
    environment: Stated[Environment] = None
    owner: Stated[str] = None
    owner_active: Stated[bool] = None
    purpose: Stated[str] = None
    registered: Stated[bool] = None
    """Whether the registry of agents lists it."""
    max_task: Stated[int] = None
    """Longest task in seconds."""
    multi_agent: Maybe[bool] = None
    browser_use: Maybe[bool] = None
    model: Maybe[str] = None
    endpoint: Maybe[str] = None
    created: Maybe[datetime] = None
    reviewed: Stated[datetime] = None


class Workflow(Row):
    """A pipeline definition and what can start it."""

    key: str
    scope: str = ""
    identity: str | None = None
    untrusted_trigger: Maybe[bool] = None
    secrets_available: Maybe[bool] = None
    write_token: Maybe[bool] = None
    runner: Maybe[Literal["hosted", "self-hosted-ephemeral", "self-hosted-persistent"]] = None
    agent_step: Maybe[bool] = None
    foreign_text: Maybe[bool] = None
    """Whether issue or pull request text reaches an agent step."""


class Memory(Row):
    """What an agent remembers between tasks."""

    key: str
    agent: str
    shared: Maybe[bool] = None
    foreign_writers: Maybe[bool] = None
    retention_days: Maybe[int] = None
    reviewed: Stated[datetime] = None


class Run(Row):
    """How runs of an agent start."""

    agent: str
    trigger: Literal["person", "schedule", "event", "self", "agent"]
    authorised: Maybe[bool] = None
