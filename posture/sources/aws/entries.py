"""Shapes of the account authorization details, tolerant of nulls and of what is left out."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, field

_NOTHING = Raw(b"")


class Answer(Struct):
    """One page; its entries stay text until each is read by itself."""

    users: list[Raw] | None = msgspec.field(default=None, name="UserDetailList")
    groups: list[Raw] | None = msgspec.field(default=None, name="GroupDetailList")
    roles: list[Raw] | None = msgspec.field(default=None, name="RoleDetailList")
    policies: list[Raw] | None = msgspec.field(default=None, name="Policies")
    is_truncated: bool | None = msgspec.field(default=None, name="IsTruncated")
    next_token: str | None = msgspec.field(default=None, name="NextToken")

    @property
    def truncated(self) -> bool:
        return bool(self.is_truncated or self.next_token)


class Tag(Struct):
    name: str | None = msgspec.field(default=None, name="Key")
    value: str | None = msgspec.field(default=None, name="Value")


class Attached(Struct):
    name: str | None = msgspec.field(default=None, name="PolicyName")
    arn: str | None = msgspec.field(default=None, name="PolicyArn")


class Inline(Struct):
    name: str | None = msgspec.field(default=None, name="PolicyName")
    document: Raw = msgspec.field(default=_NOTHING, name="PolicyDocument")


class Boundary(Struct):
    arn: str | None = msgspec.field(default=None, name="PermissionsBoundaryArn")


class LastUsed(Struct):
    date: str | float | None = msgspec.field(default=None, name="LastUsedDate")


class Profile(Struct):
    arn: str | None = msgspec.field(default=None, name="Arn")


class User(Struct):
    arn: str | None = msgspec.field(default=None, name="Arn")
    name: str | None = msgspec.field(default=None, name="UserName")
    id: str | None = msgspec.field(default=None, name="UserId")
    created: str | float | None = msgspec.field(default=None, name="CreateDate")
    groups: list[str | None] | None = msgspec.field(default=None, name="GroupList")
    inline: list[Inline | None] | None = msgspec.field(default=None, name="UserPolicyList")
    attached: list[Attached | None] | None = msgspec.field(default=None, name="AttachedManagedPolicies")
    boundary: Boundary | None = msgspec.field(default=None, name="PermissionsBoundary")
    tags: list[Tag | None] | None = msgspec.field(default=None, name="Tags")


class Group(Struct):
    arn: str | None = msgspec.field(default=None, name="Arn")
    name: str | None = msgspec.field(default=None, name="GroupName")
    id: str | None = msgspec.field(default=None, name="GroupId")
    inline: list[Inline | None] | None = msgspec.field(default=None, name="GroupPolicyList")
    attached: list[Attached | None] | None = msgspec.field(default=None, name="AttachedManagedPolicies")


class Role(Struct):
    arn: str | None = msgspec.field(default=None, name="Arn")
    name: str | None = msgspec.field(default=None, name="RoleName")
    id: str | None = msgspec.field(default=None, name="RoleId")
    created: str | float | None = msgspec.field(default=None, name="CreateDate")
    trust: Raw = msgspec.field(default=_NOTHING, name="AssumeRolePolicyDocument")
    profiles: list[Profile] | None = msgspec.field(default=None, name="InstanceProfileList")
    inline: list[Inline | None] | None = msgspec.field(default=None, name="RolePolicyList")
    attached: list[Attached | None] | None = msgspec.field(default=None, name="AttachedManagedPolicies")
    boundary: Boundary | None = msgspec.field(default=None, name="PermissionsBoundary")
    tags: list[Tag | None] | None = msgspec.field(default=None, name="Tags")
    last_used: LastUsed | UnsetType | None = msgspec.field(default=UNSET, name="RoleLastUsed")


class Version(Struct):
    id: str | None = msgspec.field(default=None, name="VersionId")
    is_default: bool | None = msgspec.field(default=None, name="IsDefaultVersion")
    document: Raw = msgspec.field(default=_NOTHING, name="Document")


class Policy(Struct):
    arn: str | None = msgspec.field(default=None, name="Arn")
    name: str | None = msgspec.field(default=None, name="PolicyName")
    default_version: str | None = msgspec.field(default=None, name="DefaultVersionId")
    versions: list[Version] | None = msgspec.field(default=None, name="PolicyVersionList")


class Found(Struct):
    """The entries of all answers of a page, each with its place."""

    users: list[tuple[str, User]] = field(default_factory=list)
    groups: list[tuple[str, Group]] = field(default_factory=list)
    roles: list[tuple[str, Role]] = field(default_factory=list)
    policies: list[tuple[str, Policy]] = field(default_factory=list)
    problems: list[tuple[str, str, str]] = field(default_factory=list)
    """table, place, reason."""
    more: bool = False
    """Whether the last answer says that more pages follow."""
