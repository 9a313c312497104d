"""Account authorization details turned into rows; an entry that cannot be read leaves its siblings be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from posture.model import keys
from posture.model.text import plain
from posture.sources import secrets, tags
from posture.sources.aws import entries
from posture.sources.aws.accounts import account_of, scope_of
from posture.sources.aws.answers import Answer, shaped, what_is_wrong
from posture.sources.aws.policy_text import Texts
from posture.sources.contract import Page, Rows
from posture.sources.paged import MORE
from posture.sources.times import moment

LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")

_TABLE = {
    "UserDetailList": "identities",
    "GroupDetailList": "groups",
    "RoleDetailList": "identities",
    "Policies": "policies",
}
_COVERED = ("identities", "groups", "policies", "documents", "tags")
_LONGEST_KEY = 2048
_PERMISSION_SET = re.compile(r":role/aws-reserved/sso\.amazonaws\.com/.*AWSReservedSSO_(.+)_[0-9a-f]{16}\Z")
_AGENT_PLATFORMS = ("bedrock", "agentcore")
_CI = re.compile(
    r"^(token\.actions\.githubusercontent\.com|gitlab\.|.*\bgitlab\b|api\.bitbucket\.org|oidc\.circleci\.com"
    r"|agent\.buildkite\.com|app\.terraform\.io|vstoken\.dev\.azure\.com|oidc\.codefresh\.io|app\.harness\.io"
    r"|api\.pulumi\.com|spacelift|.*\.semaphoreci\.com)"
)
"""Issuers of tokens for build and deployment runs."""

E = TypeVar("E", entries.User, entries.Group, entries.Role, entries.Policy)


@dataclass(slots=True)
class _Found:
    """The entries of all answers of a page, each with its place."""

    users: list[tuple[str, entries.User]] = field(default_factory=list)
    groups: list[tuple[str, entries.Group]] = field(default_factory=list)
    roles: list[tuple[str, entries.Role]] = field(default_factory=list)
    policies: list[tuple[str, entries.Policy]] = field(default_factory=list)
    problems: list[tuple[str, str, str]] = field(default_factory=list)
    """table, place, reason."""
    more: bool = False
    """Whether the last answer says that more pages follow."""


def read_answers(page: Page, given: Sequence[Answer], into: Rows) -> None:
    """Rows of the pages in `given`."""
    found = _entries(given)
    account = account_of(page, _arns(found))
    _Writer(page, into, account).write(found)
    for table, at, reason in found.problems:
        into.problem(keys.aws_scope(account), table, at, reason)
    # A scrubbed export may name more than one account; each of them was read here.
    for scope in sorted({keys.aws_scope(account), *(scope_of(arn, account) for arn in _arns(found))}):
        _cover(scope, found.more, into)


def _cover(scope: str, more: bool, into: Rows) -> None:
    into.add("scopes", key=scope, kind="account", provider="aws")
    if more:
        into.covered(
            scope,
            *_COVERED,
            state="partial",
            why=MORE,
            would_help="aws iam get-account-authorization-details without --no-paginate and --max-items",
        )
    else:
        into.covered(scope, *_COVERED)


def _entries(given: Sequence[Answer]) -> _Found:
    found = _Found()
    for answer in given:
        body = shaped(answer.body, entries.Answer)
        found.more = bool(body.truncated)
        found.users += _each(found, answer.at, "UserDetailList", body.users, entries.User)
        found.groups += _each(found, answer.at, "GroupDetailList", body.groups, entries.Group)
        found.roles += _each(found, answer.at, "RoleDetailList", body.roles, entries.Role)
        found.policies += _each(found, answer.at, "Policies", body.policies, entries.Policy)
    return found


def _each(
    found: _Found, above: str, name: str, raws: list[msgspec.Raw] | None, shape: type[E]
) -> Iterator[tuple[str, E]]:
    decoder = msgspec.json.Decoder(shape)
    for n, raw in enumerate(raws or ()):
        at = f"{above}/{name}/{n}"
        try:
            entry = decoder.decode(raw)
        except msgspec.DecodeError as error:
            found.problems.append((_TABLE[name], at, f"one entry is set aside: {what_is_wrong(error)}"))
            continue
        if entry.arn:
            yield at, entry
        else:
            found.problems.append((_TABLE[name], at, "one entry is set aside: it has no ARN"))


def _arns(found: _Found) -> Iterable[str]:
    yield from (entry.arn or "" for _at, entry in found.users)
    yield from (entry.arn or "" for _at, entry in found.roles)
    yield from (entry.arn or "" for _at, entry in found.groups)


class _Writer:
    """Writes the rows of one page."""

    def __init__(self, page: Page, into: Rows, account: str) -> None:
        self._page = page
        self._into = into
        self._account = account
        self._texts = Texts(into)
        self._tags = tags.Tags(page.settings.names)
        self._documents: dict[str, str | None] = {}
        self._groups: dict[str, str] = {}
        self._ambiguous: set[str] = set()
        self._looked_at: dict[tuple[str, str], bool] = {}

    def write(self, found: _Found) -> None:
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
            self._policy(at, policy)
        for at, group in found.groups:
            self._group(at, group)
        for at, user in found.users:
            self._user(at, user)
        for at, role in found.roles:
            self._role(at, role)

    def _scope(self, arn: str) -> str:
        return scope_of(arn, self._account)

    def _policy(self, at: str, policy: entries.Policy) -> None:
        key = _key(policy.arn)
        owned = _is_provider_managed(key)
        scope = self._scope(key)
        for n, version in enumerate(policy.versions or ()):
            place = f"{at}/PolicyVersionList/{n}/Document"
            default = bool(version.is_default) or version.id == policy.default_version
            document, readable = self._texts.add(bytes(version.document), place)
            if not readable:
                self._unreadable(scope, place, f"the text of {plain(key)}")
            if default:
                self._documents[key] = document
            self._into.add(
                "policies",
                place,
                key=key if default else f"{key}#version/{plain(version.id or str(n))}",
                scope=scope,
                provider="aws",
                kind="managed",
                name=plain(policy.name) if policy.name else None,
                document=document,
                provider_managed=owned,
            )

    def _group(self, at: str, group: entries.Group) -> None:
        key = _key(group.arn)
        scope = self._scope(key)
        name = group.name or key.rpartition("/")[2]
        self._groups.setdefault(name, key)
        self._into.add("groups", at, key=key, scope=scope, name=plain(name), provider="aws")
        self._pathless(key, "group", at)
        self._unique_id(group.id, key, at)
        self._attached(key, scope, at, group.attached)
        self._inline(key, scope, at, "GroupPolicyList", group.inline)

    def _user(self, at: str, user: entries.User) -> None:
        key = _key(user.arn)
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
        self._limits(key, scope, at, user.boundary)
        self._attached(key, scope, at, user.attached)
        self._inline(key, scope, at, "UserPolicyList", user.inline)

    def _role(self, at: str, role: entries.Role) -> None:
        key = _key(role.arn)
        scope = self._scope(key)
        place = f"{at}/AssumeRolePolicyDocument"
        document, readable = self._texts.add(bytes(role.trust), place)
        trust = self._texts.trust(document)
        if not readable:
            self._unreadable(scope, place, f"the trust policy of {plain(key)}")
        columns: dict[str, Any] = {}
        if trust.read:
            columns = _trusted(trust.services, trust.federated)
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
            **columns,
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
                self._into.add("aliases", f"{at}/InstanceProfileList/{n}", key=key, alias=_key(profile.arn))
        if document is not None:
            self._attach(f"{key}#trust", scope, place, "trust", None, key, document)
        self._limits(key, scope, at, role.boundary)
        self._attached(key, scope, at, role.attached)
        self._inline(key, scope, at, "RolePolicyList", role.inline)

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

    def _limits(self, key: str, scope: str, at: str, boundary: entries.Boundary | None) -> None:
        if boundary and boundary.arn:
            arn = _key(boundary.arn)
            self._attach(
                arn, scope, f"{at}/PermissionsBoundary", "boundary", None, key, self._documents.get(arn)
            )

    def _attached(self, key: str, scope: str, at: str, given: list[entries.Attached | None] | None) -> None:
        for n, policy in enumerate(given or ()):
            if policy is None or not policy.arn:
                self._unreadable(scope, f"{at}/AttachedManagedPolicies/{n}", "an attached policy")
                continue
            arn = _key(policy.arn)
            self._attach(
                arn,
                scope,
                f"{at}/AttachedManagedPolicies/{n}",
                "managed",
                policy.name or arn.rpartition("/")[2],
                key,
                self._documents.get(arn),
            )

    def _inline(
        self, key: str, scope: str, at: str, name: str, given: list[entries.Inline | None] | None
    ) -> None:
        for n, policy in enumerate(given or ()):
            place = f"{at}/{name}/{n}"
            raw = bytes(policy.document) if policy else b""
            document, readable = self._texts.add(raw, f"{place}/PolicyDocument")
            if not readable:
                self._unreadable(scope, place, f"an inline policy of {plain(key)}")
            named = plain(policy.name) if policy and policy.name else None
            own = f"{key}#inline/{f'[{n}]' if named is None else named}"
            self._attach(own, scope, place, "inline", named, key, document)

    def _attach(
        self, key: str, scope: str, at: str, kind: str, name: str | None, to: str, document: str | None
    ) -> None:
        self._into.add(
            "policies",
            at,
            key=key,
            scope=scope,
            provider="aws",
            kind=kind,
            name=plain(name) if name else None,
            attached_to=to,
            document=document,
            provider_managed=_is_provider_managed(key),
        )

    def _unreadable(self, scope: str, at: str, what: str) -> None:
        self._into.problem(scope, "policies", at, f"{what} cannot be read")

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


def _key(arn: str | None) -> str:
    return plain(arn or "", _LONGEST_KEY)


def _is_provider_managed(arn: str) -> bool:
    return ":iam::aws:policy/" in arn


def _boundary(boundary: entries.Boundary | None) -> dict[str, Any]:
    # The answer names a boundary wherever there is one.
    return {"boundary": _key(boundary.arn)} if boundary and boundary.arn else {"has_boundary": False}


def _last_used(used: entries.LastUsed | msgspec.UnsetType | None) -> dict[str, Any]:
    if not isinstance(used, entries.LastUsed):
        return {}
    last = moment(used.date)
    if used.date and last is None:
        return {}
    return {"last_used": last, "last_used_blind": False} if last else {"has_last_used": False}


def _trusted(services: tuple[str, ...], federated: tuple[str, ...]) -> dict[str, Any]:
    saml = any(":saml-provider/" in name for name in federated)
    columns: dict[str, Any] = {"interactive": saml}
    if services:
        # A role of an agent platform is an agent's, whatever else may run as it.
        first = min(services, key=lambda name: (not name.startswith(_AGENT_PLATFORMS), services.index(name)))
        columns |= {"trusted_service": plain(first), "attested": "cloud"}
    else:
        columns["has_trusted_service"] = False
        issuers = [issuer for name in federated if (issuer := _issuer(name))]
        if saml:
            columns["attested"] = "saml"
        elif any(_CI.search(issuer) for issuer in issuers):
            columns["attested"] = "oidc-ci"
        elif issuers:
            columns["attested"] = "oidc"
    return columns


def _issuer(name: str) -> str:
    """The issuer that a federated principal names: a provider's ARN, or a well-known host."""
    if ":oidc-provider/" in name:
        return name.partition(":oidc-provider/")[2]
    return name if "." in name and ":" not in name else ""
