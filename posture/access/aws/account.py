"""An AWS account as access resolution sees it: who is there, under which policies, and what runs as whom."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct, field

from posture.access.aws.actions import actions_of
from posture.access.aws.compile import Document
from posture.access.aws.context import Context, opened
from posture.access.aws.decision import Level, Policies
from posture.access.aws.match import arn_glob


class Principal(Struct, frozen=True, eq=False, dict=True):
    """A user or a role. Where a fact may be None, the input does not say."""

    arn: str
    account: str
    kind: str
    """user or role."""
    identity: Level = ()
    boundary: Level | None = None
    """None: known to have no boundary."""
    trust: Level | None = None
    """Of a role; None where the input does not hold it."""
    tags: Mapping[str, str] | None = None
    groups: tuple[str, ...] = ()
    password: bool | None = None
    """Of a user: whether it can sign in with one."""
    keys: int | None = None
    """Of a user: how many access keys it has, active or not."""
    instance_profile: bool | None = None
    """Of a role: whether an instance profile carries it."""
    key: str = ""
    """Of its node in the estate, where that is not the ARN."""
    id: str = ""
    """Of a user: the unique id; empty where the input does not say."""

    @property
    def node(self) -> str:
        return self.key or self.arn

    @property
    def managed_by_aws(self) -> bool:
        """Whether nobody in the account may change it: service-linked roles and those of Identity Center."""
        return ":role/aws-service-role/" in self.arn or ":role/aws-reserved/" in self.arn

    @cached_property
    def name(self) -> str:
        return self.arn.rpartition("/")[2]


class Group(Struct, frozen=True, eq=False):
    """A group of users and the policies that its members get."""

    arn: str
    account: str
    policies: Level = ()


class Workload(Struct, frozen=True):
    """Something that runs code as a role: a function, a project, an instance, a notebook."""

    arn: str
    role: str
    """ARN of the role that it runs as."""
    started: bool | None = None
    """Whether it runs by itself: on a schedule, on events, or all the time; None where the input does
    not say."""
    managed: bool | None = None
    """Of a machine: whether Systems Manager reaches it."""
    paused: bool = False
    """Whether it stands still until somebody starts it."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Those that are known."""
    policy: Level = ()
    """What stands on it: a policy of its own."""


class Account(Struct, frozen=True, eq=False, dict=True):
    """One account. `workloads` and `resources` hold a type only where the input names one of that type."""

    id: str
    principals: tuple[Principal, ...] = ()
    groups: tuple[Group, ...] = ()
    workloads: Mapping[str, tuple[Workload, ...]] = field(default_factory=dict)
    """By type, such as `lambda:function`."""
    resources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """ARNs of other things that a method needs to exist, by type, such as `ecs:cluster`."""
    partial: frozenset[str] = frozenset()
    """Types of workloads and resources of which there may be more than the input lists."""
    versions: Mapping[str, tuple[Document, ...]] = field(default_factory=dict)
    """Versions of managed policies other than the default one, by the policy's ARN."""
    scps: tuple[Level, ...] | None = None
    rcps: tuple[Level, ...] | None = None
    organisation: str | None = None
    partition: str = "aws"

    @cached_property
    def by_arn(self) -> dict[str, Principal]:
        return {principal.arn: principal for principal in self.principals}

    @cached_property
    def users(self) -> tuple[Principal, ...]:
        return tuple(principal for principal in self.principals if principal.kind == "user")

    @cached_property
    def roles(self) -> tuple[Principal, ...]:
        return tuple(principal for principal in self.principals if principal.kind == "role")

    @cached_property
    def holders(self) -> dict[str, tuple[Principal, ...]]:
        """Who holds each managed policy of the account itself, by the policy's ARN."""
        found: dict[str, list[Principal]] = {}
        own = f":iam::{self.id}:policy/"
        for principal in self.principals:
            for arn in {attached.arn for attached in principal.identity if own in attached.arn}:
                found.setdefault(arn, []).append(principal)
        return {arn: tuple(found[arn]) for arn in sorted(found)}

    @cached_property
    def powerful(self) -> tuple[str, ...]:
        """ARNs of policies that make whoever gets one attached an administrator: the provider's, and those
        of the account itself that let their holder write itself any other."""
        own = f":iam::{self.id}:policy/"
        found = {
            attached.arn
            for principal in self.principals
            for attached in principal.identity
            if own in attached.arn and _gives_all(attached.document)
        }
        ready = (f"arn:{self.partition}:iam::aws:policy/{name}" for name in _ADMINISTRATING)
        return (*ready, *sorted(found))

    @cached_property
    def _matching(self) -> dict[str, frozenset[str]]:
        return {}

    def matching(self, pattern: str) -> frozenset[str]:
        """ARNs of the account's users, roles and held policies that a resource pattern covers; once per
        pattern."""
        found = self._matching.get(pattern)
        if found is None:
            covers = arn_glob(pattern)
            found = frozenset(arn for arn in (*self.by_arn, *self.holders) if covers(arn))
            self._matching[pattern] = found
        return found

    @cached_property
    def contexts(self) -> dict[Principal, tuple[Context, Context]]:
        """What `context_of` and `home_context_of` made, by principal."""
        return {}

    @cached_property
    def on_workloads(self) -> Level:
        """The policies that stand on workloads themselves."""
        found = (one for type_ in sorted(self.workloads) for w in self.workloads[type_] for one in w.policy)
        return tuple(dict.fromkeys(found))

    @cached_property
    def lent(self) -> int:
        """Every action that these allow somebody other than a service."""
        bits = 0
        for attached in self.on_workloads:
            for statement in attached.document.statements:
                named = statement.principals
                if statement.allows and (named is None or named.everyone or named.arns or named.accounts):
                    bits |= actions_of(statement)
        return bits

    @cached_property
    def group_by_arn(self) -> dict[str, Group]:
        return {group.arn: group for group in self.groups}


_MOST_CONTEXTS = 20_000
_ADMINISTRATING = ("AdministratorAccess", "IAMFullAccess")
_WRITING = ("iam:putuserpolicy", "iam:putrolepolicy", "iam:attachuserpolicy", "iam:attachrolepolicy")


def _gives_all(document: Document) -> bool:
    if any(statement.denies for statement in document.statements):
        return False
    return any(
        statement.allows
        and not statement.tests
        and not statement.doubt
        and statement.resources is not None
        and statement.resources.everything
        and not statement.without_resources
        and all(statement.covers_action(action) for action in _WRITING)
        for statement in document.statements
    )


class Landscape(Struct, frozen=True, eq=False, dict=True):
    """Every account of the input, read together."""

    accounts: Mapping[str, Account]

    @cached_property
    def principals(self) -> dict[str, Principal]:
        return {p.arn: p for account in self.accounts.values() for p in account.principals}

    def trust_of(self, arn: str) -> Level | None:
        principal = self.principals.get(arn)
        return principal.trust if principal else None


def context_of(principal: Principal, account: Account) -> Context:
    """The open context of a request by `principal`: what the estate settles is given or certainly absent."""
    return _contexts_of(principal, account)[0]


def home_context_of(principal: Principal, account: Account) -> Context:
    """The same of a request on something of the account that `principal` is in."""
    return _contexts_of(principal, account)[1]


def _contexts_of(principal: Principal, account: Account) -> tuple[Context, Context]:
    # Kept by the account and not beside it, so that no account outlives its reading.
    known = account.contexts
    if principal not in known:
        if len(known) >= _MOST_CONTEXTS:
            known.clear()
        anywhere = _context(principal, account)
        here = {
            "aws:resourceaccount": (account.id,),
            "aws:resourceorgid": anywhere.given("aws:principalorgid"),
        }
        known[principal] = anywhere, anywhere.having({key: value for key, value in here.items() if value})
    return known[principal]


def _context(principal: Principal, account: Account) -> Context:
    facts: dict[str, object] = {
        "aws:PrincipalArn": principal.arn,
        "aws:PrincipalAccount": principal.account,
        "aws:PrincipalType": "User" if principal.kind == "user" else "AssumedRole",
        "aws:PrincipalIsAWSService": "false",
        # Whoever acts may use TLS, so that a deny of calls without it keeps nobody out.
        "aws:SecureTransport": "true",
    }
    if principal.kind == "user":
        facts["aws:username"] = principal.name
    if principal.id:
        facts["aws:userid"] = principal.id
    for tag, value in (principal.tags or {}).items():
        facts[f"aws:PrincipalTag/{tag}"] = value
    unknown = ["aws:userid"]
    if principal.tags is None:
        unknown.append("aws:PrincipalTag/")
    if account.organisation:
        facts["aws:PrincipalOrgID"] = account.organisation
    else:
        unknown += ["aws:PrincipalOrgID", "aws:PrincipalOrgPaths"]
    return opened(facts, unknown, {"iam:policyarn": account.powerful})


def policies_of(
    principal: Principal, account: Account, resource: Level | None = None, owner: Account | None = None
) -> Policies:
    """Every policy that bears on what `principal` does, with the resource's own policy where there is one.

    `owner` is the account of the resource, where that is another one.
    """
    return Policies(
        identity=principal.identity,
        boundary=principal.boundary,
        resource=resource,
        scps=account.scps,
        rcps=(owner or account).rcps,
    )
