"""Users, groups and roles of authorization details turned into rows."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import msgspec

from posture.model import keys
from posture.model.text import plain
from posture.sources import secrets, tags
from posture.sources.aws import entries
from posture.sources.aws.accounts import scope_of
from posture.sources.aws.attached import Attachments, arn_key
from posture.sources.aws.trusted import trusted
from posture.sources.contract import Page, Rows
from posture.sources.times import moment

_PERMISSION_SET = re.compile(r":role/aws-reserved/sso\.amazonaws\.com/.*AWSReservedSSO_(.+)_[0-9a-f]{16}\Z")


class Writer:
    """Writes the users, groups and roles of one page, and the policies that they hold."""

    def __init__(self, page: Page, into: Rows, account: str) -> None:
        self._page = page
        self._into = into
        self._account = account
        self._policies = Attachments(into, account)
        self._tags = tags.Tags(page.settings.names)
        self._groups: dict[str, str] = {}
        self._ambiguous: set[str] = set()
        self._looked_at: dict[tuple[str, str], bool] = {}

    def write(self, found: entries.Found) -> None:
        counted = Counter(
            one
            for one in (
                *(entry.id for _at, entry in found.users),
                *(entry.id for _at, entry in found.roles),
                *(entry.id for _at, entry in found.groups),
            )
            if one
        )
        self._ambiguous = {one for one, count in counted.items() if count > 1}
        for one in sorted(self._ambiguous):
            self._page.problems.append(("", f"the id {plain(one)} stands for more than one entry"))
        # Policies come first, so that an attachment can name the text it stands for.
        for at, policy in found.policies:
            self._policies.managed(at, policy)
        for at, group in found.groups:
            self._group(at, group)
        for at, user in found.users:
            self._user(at, user)
        for at, role in found.roles:
            self._role(at, role)

    def _scope(self, arn: str) -> str:
        return scope_of(arn, self._account)

    def _group(self, at: str, group: entries.Group) -> None:
        key = arn_key(group.arn)
        scope = self._scope(key)
        name = group.name or key.rpartition("/")[2]
        self._groups.setdefault(name, key)
        self._into.add("groups", at, key=key, scope=scope, name=plain(name), provider="aws")
        self._pathless(key, "group", at)
        self._unique_id(group.id, key, at)
        self._policies.attached(key, scope, at, group.attached)
        self._policies.inline(key, scope, at, "GroupPolicyList", group.inline)

    def _user(self, at: str, user: entries.User) -> None:
        key = arn_key(user.arn)
        scope = self._scope(key)
        self._into.add(
            "identities",
            at,
            key=key,
            scope=scope,
            provider="aws",
            kind="user",
            name=plain(user.name or key.rpartition("/")[2]),
            created=moment(user.created),
            **_boundary(user.boundary),
            **self._stated(user.tags),
        )
        self._tagged(key, at, user.tags)
        self._unique_id(user.id, key, at)
        self._pathless(key, "user", at)
        for n, name in enumerate(user.groups or ()):
            if name is None:
                continue
            group = self._groups.get(name) or self._named("group", name)
            self._into.add("links", f"{at}/GroupList/{n}", kind="member-of", from_=key, to=group)
        self._policies.boundary(key, scope, at, user.boundary)
        self._policies.attached(key, scope, at, user.attached)
        self._policies.inline(key, scope, at, "UserPolicyList", user.inline)

    def _role(self, at: str, role: entries.Role) -> None:
        key = arn_key(role.arn)
        scope = self._scope(key)
        place = f"{at}/AssumeRolePolicyDocument"
        document, readable = self._policies.texts.add(bytes(role.trust), place)
        if not readable:
            self._policies.unreadable(scope, place, f"the trust policy of {plain(key)}")
        self._into.add(
            "identities",
            at,
            key=key,
            scope=scope,
            provider="aws",
            kind="role",
            name=plain(role.name or key.rpartition("/")[2]),
            provider_owned=":role/aws-service-role/" in key,
            created=moment(role.created),
            enabled=True,
            **trusted(self._policies.texts.trust(document)),
            **_last_used(role.last_used),
            **_boundary(role.boundary),
            **self._stated(role.tags),
        )
        self._tagged(key, at, role.tags)
        self._unique_id(role.id, key, at)
        self._pathless(key, "role", at)
        made = _PERMISSION_SET.search(key)
        if made:
            self._into.add(
                "aliases", at, key=key, alias=keys.permission_set(scope.removeprefix("aws:"), made[1])
            )
        for n, profile in enumerate(role.profiles or ()):
            # An instance names its profile, never the role in it.
            if profile.arn:
                self._into.add(
                    "aliases", f"{at}/InstanceProfileList/{n}", key=key, alias=arn_key(profile.arn)
                )
        if document is not None:
            self._policies.add(f"{key}#trust", scope, place, "trust", None, key, document)
        self._policies.boundary(key, scope, at, role.boundary)
        self._policies.attached(key, scope, at, role.attached)
        self._policies.inline(key, scope, at, "RolePolicyList", role.inline)

    def _stated(self, given: list[entries.Tag | None] | None) -> dict[str, Any]:
        if not given:
            return {}
        stated = [(tag.name, tag.value) for tag in given if tag and tag.name and tag.value]
        return self._tags.stated(stated, tags.IDENTITY)

    def _tagged(self, key: str, at: str, given: list[entries.Tag | None] | None) -> None:
        for n, tag in enumerate(given or ()):
            if tag and tag.name and tag.value is not None and self._harmless(tag.name, tag.value):
                self._into.add(
                    "tags", f"{at}/Tags/{n}", subject=key, name=plain(tag.name), value=plain(tag.value)
                )

    def _harmless(self, name: str, value: str) -> bool:
        # An account repeats few tags many times; looking for secrets is the dearest step of reading one.
        known = self._looked_at.get((name, value))
        if known is None:
            known = not secrets.find(value, secrets.Place(name))
            self._looked_at[name, value] = known
        return known

    def _unique_id(self, one: str | None, key: str, at: str) -> None:
        if one and one not in self._ambiguous:
            self._into.add("aliases", at, key=key, alias=plain(one))

    def _pathless(self, key: str, kind: str, at: str) -> None:
        # Other answers give the name without the path; names are unique in an account.
        short = self._named(kind, key.rpartition("/")[2])
        if short != key and keys.arn_account(key) == self._account:
            self._into.add("aliases", at, key=key, alias=short)

    def _named(self, kind: str, name: str) -> str:
        return f"arn:aws:iam::{self._account}:{kind}/{plain(name)}"


def _boundary(boundary: entries.Boundary | None) -> dict[str, Any]:
    # The answer names a boundary wherever there is one.
    return {"boundary": arn_key(boundary.arn)} if boundary and boundary.arn else {"has_boundary": False}


def _last_used(used: entries.LastUsed | msgspec.UnsetType | None) -> dict[str, Any]:
    if not isinstance(used, entries.LastUsed):
        return {}
    last = moment(used.date)
    if used.date and last is None:
        return {}
    return {"last_used": last, "last_used_blind": False} if last else {"has_last_used": False}
