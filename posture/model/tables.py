"""Every table of the estate, declared once: the frames, the validation and the published schema follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from posture.model.columns import Maybe, Row, Stated

Environment = Literal["production", "staging", "development", "test", "sandbox"]
Sensitivity = Literal["public", "internal", "confidential", "restricted"]
Class = Literal["agent", "workload", "pipeline", "vendor", "human"]
Ground = Literal["legacy", "shared-automation", "batch", "vendor", "long-running", "no-reauthentication"]


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
    state: Maybe[Literal["active", "paused", "retired", "deleted"]] = None
    third_party: Stated[bool] = None


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
        "session",
        "binding",
        "deny",
        "role",
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


class Link(Row):
    """One thing leads to another; the evidence travels with it."""

    kind: Literal[
        "uses-tool", "holds", "authenticates", "runs-as", "may-become", "may-act", "opens", "calls",
        "delegates", "stored-at", "contains", "member-of", "declared-tool",
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


class Approval(Row):
    """Decisions of approvers over a window, in sums."""

    agent: str
    decisions: Maybe[int] = None
    approved_share: Maybe[float] = None
    median_seconds: Maybe[float] = None
    self_approved: Maybe[bool] = None
    preview: Maybe[bool] = None


class Scan(Row):
    """A surface that is scanned for secrets."""

    surface: Literal[
        "code", "logs", "prompts", "tickets", "build-output", "chat", "wiki", "mcp-configuration"
    ]
    scope: str = ""
    last_run: Maybe[datetime] = None


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


TABLES: Mapping[str, type[Row]] = MappingProxyType(
    {
        "scopes": Scope,
        "identities": Identity,
        "groups": Group,
        "credentials": Credential,
        "agents": Agent,
        "tools": Tool,
        "systems": System,
        "policies": Policy,
        "documents": Document,
        "safeguards": Safeguard,
        "permissions": Permission,
        "references": Reference,
        "links": Link,
        "exposures": Exposure,
        "logs": Log,
        "log_events": LogEvent,
        "uses": Use,
        "readers": Reader,
        "events": Event,
        "grants": Grant,
        "workflows": Workflow,
        "memories": Memory,
        "runs": Run,
        "approvals": Approval,
        "scans": Scan,
        "decisions": Decision,
        "coverage": Coverage,
        "aliases": Alias,
        "tags": Tag,
        "code_owners": CodeOwner,
    }
)
"""Every table by its name, in the order in which reports show them."""
