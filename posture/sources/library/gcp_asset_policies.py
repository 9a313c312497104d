"""Cloud Asset Inventory: the allow policies of an organisation, a folder or a project, found or exported."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posture.model import keys
from posture.model.errors import Unreadable
from posture.model.text import plain
from posture.sources.contract import Call, Page, Rows, Source
from posture.sources.gcp import hierarchy, names
from posture.sources.gcp.answers import entries, field, text, words
from posture.sources.gcp.assets import BY_TYPE
from posture.sources.gcp.members import Members, account_rows
from posture.sources.gcp.policies import Policies

SOURCE = Source(
    id="gcp-asset-policies",
    title="Google Cloud allow policies",
    feeds=("scopes", "identities", "groups", "systems", "policies", "documents", "aliases"),
    by_hand="gcloud asset search-all-iam-policies --scope=organizations/ID --format=json, "
    "or gcloud asset export --content-type=iam-policy",
    blind="who holds which role where, and who may act as which service account",
    provider="gcp",
    calls=(
        Call(
            "cloudasset",
            "search_all_iam_policies",
            ("cloudasset.assets.searchAllIamPolicies",),
            "search-all-iam-policies.json",
        ),
    ),
    needs=("policies",),
    opens=b"{[",
    rank=20,
)

_TYPE = re.compile(rb'"asset_?[tT]ype"\s*:')
_POLICY = re.compile(
    rb'"(?:iam_policy|iamPolicy)"\s*:\s*\{|"policy"\s*:\s*\{\s*"(?:bindings|etag|version|auditConfigs)"'
)


def claims(page: Page) -> bool:
    """An asset type beside an allow policy, near the start."""
    return _TYPE.search(page.head) is not None and _POLICY.search(page.head) is not None


def read(page: Page, into: Rows) -> None:
    """A row for each binding, and for each scope, account, resource and member that is named."""
    found = [(at, entry) for at, entry in entries(page) if field(entry, "assetType")]
    if not found:
        raise Unreadable("names no asset with a policy; export it again")
    _Reader(into, found).read()


class _Reader:
    def __init__(self, into: Rows, found: list[tuple[str, dict[str, Any]]]) -> None:
        self._into = into
        self._found = found
        self._scopes = hierarchy.Scopes(into)
        self._told: set[str] = set()
        names_of = [text(entry.get("resource")) or text(entry.get("name")) for _at, entry in found]
        own = {names.scope_of_name(name) for name in names_of} - {""}
        whole = [key for key in own if hierarchy.kind(key) == "organisation"]
        numbers = {names.scope(one) for _at, entry in found for one in _chain(entry)[:1]}
        members = Members(into, min(whole, default=""), frozenset(own | numbers) if whole else None)
        self._policies = Policies(into, members)

    def read(self) -> None:
        for at, entry in self._found:
            self._one(at, entry)
        for key in self._scopes.found:
            # A search or export below the organisation names what lies above without its policies.
            if key in self._told:
                self._into.covered(key, "policies", "documents")
            if hierarchy.kind(key) != "project":
                self._into.covered(key, *hierarchy.NO_ACCOUNTS)

    def _one(self, at: str, entry: dict[str, Any]) -> None:
        full = text(entry.get("resource")) or text(entry.get("name"))
        policy = field(entry, "iamPolicy")
        if not isinstance(policy, Mapping):
            policy = entry.get("policy")
        own = names.scope_of_name(full)
        home = self._home(entry, full, own, at)
        if not full or not isinstance(policy, Mapping):
            self._into.problem(home, "policies", at, "one asset is set aside: it has no name or no policy")
            return
        node = names.node(full)
        if own:
            self._scopes.add(own, at)
        public = self._policies.bindings(at, node, own or home, policy)
        if not own:
            self._resource(at, node, full, text(field(entry, "assetType")), home, public)
        self._told.add(own or home)

    def _home(self, entry: dict[str, Any], full: str, own: str, at: str) -> str:
        chain = _chain(entry)
        project = own if own and hierarchy.kind(own) == "project" else ""
        account = names.account_of_name(full)
        if account and not account[0].isdigit() and account[0] != "-":
            project = keys.gcp_scope(plain(account[0]))
        return self._scopes.above(chain, at, project) or own or project

    def _resource(self, at: str, node: str, full: str, kind: str, home: str, public: bool | None) -> None:
        account = names.account_of_name(full)
        if account is not None:
            if "@" in account[1]:
                account_rows(self._into, at, account[1])
            return
        known = BY_TYPE.get(kind)
        self._into.add(
            "systems",
            at,
            key=node,
            scope=home,
            provider="gcp",
            kind=known.kind if known else "other",
            name=names.last(full),
            public=public,
        )


def _chain(entry: Mapping[str, Any]) -> list[str]:
    """What lies above an asset, nearest first."""
    given = words(entry.get("ancestors"))
    if given:
        return given
    project, organisation = text(entry.get("project")), text(entry.get("organization"))
    return [one for one in (project, *words(entry.get("folders")), organisation) if one]
