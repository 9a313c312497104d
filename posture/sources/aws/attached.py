"""Policies as authorization details hold them: each text once, and where it is attached."""

from __future__ import annotations

from posture.model.text import plain
from posture.sources.aws import entries
from posture.sources.aws.accounts import scope_of
from posture.sources.aws.policy_text import Texts
from posture.sources.contract import Rows

_LONGEST_KEY = 2048


class Attachments:
    """Writes the policies of one page; managed ones first, so that an attachment finds its text."""

    def __init__(self, into: Rows, account: str) -> None:
        self._into = into
        self._account = account
        self.texts = Texts(into)
        self._documents: dict[str, str | None] = {}

    def managed(self, at: str, policy: entries.Policy) -> None:
        key = arn_key(policy.arn)
        owned = _is_provider_managed(key)
        scope = scope_of(key, self._account)
        for n, version in enumerate(policy.versions or ()):
            place = f"{at}/PolicyVersionList/{n}/Document"
            default = bool(version.is_default) or version.id == policy.default_version
            document, readable = self.texts.add(bytes(version.document), place)
            if not readable:
                self.unreadable(scope, place, f"the text of {plain(key)}")
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

    def boundary(self, key: str, scope: str, at: str, boundary: entries.Boundary | None) -> None:
        if boundary and boundary.arn:
            arn = arn_key(boundary.arn)
            self.add(arn, scope, f"{at}/PermissionsBoundary", "boundary", None, key, self._documents.get(arn))

    def attached(self, key: str, scope: str, at: str, given: list[entries.Attached | None] | None) -> None:
        for n, policy in enumerate(given or ()):
            if policy is None or not policy.arn:
                self.unreadable(scope, f"{at}/AttachedManagedPolicies/{n}", "an attached policy")
                continue
            arn = arn_key(policy.arn)
            self.add(
                arn,
                scope,
                f"{at}/AttachedManagedPolicies/{n}",
                "managed",
                policy.name or arn.rpartition("/")[2],
                key,
                self._documents.get(arn),
            )

    def inline(
        self, key: str, scope: str, at: str, name: str, given: list[entries.Inline | None] | None
    ) -> None:
        for n, policy in enumerate(given or ()):
            place = f"{at}/{name}/{n}"
            raw = bytes(policy.document) if policy else b""
            document, readable = self.texts.add(raw, f"{place}/PolicyDocument")
            if not readable:
                self.unreadable(scope, place, f"an inline policy of {plain(key)}")
            named = plain(policy.name) if policy and policy.name else None
            own = f"{key}#inline/{f'[{n}]' if named is None else named}"
            self.add(own, scope, place, "inline", named, key, document)

    def add(
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

    def unreadable(self, scope: str, at: str, what: str) -> None:
        self._into.problem(scope, "policies", at, f"{what} cannot be read")


def arn_key(arn: str | None) -> str:
    """An ARN of the answer as the key of its row."""
    return plain(arn or "", _LONGEST_KEY)


def _is_provider_managed(arn: str) -> bool:
    return ":iam::aws:policy/" in arn
