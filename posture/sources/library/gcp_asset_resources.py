"""Cloud Asset Inventory: scopes, service accounts, keys, custom roles, and what runs or holds data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posture.model import keys
from posture.model.errors import Unreadable
from posture.model.text import plain
from posture.sources import tags
from posture.sources.contract import Call, Page, Rows, Source
from posture.sources.found_secret import Where, environment
from posture.sources.gcp import accounts, bound_tags, federation, hierarchy, names, settings, stored
from posture.sources.gcp.answers import dig, entries, field, text, words
from posture.sources.gcp.assets import BY_TYPE, Asset
from posture.sources.gcp.members import Members
from posture.sources.gcp.policies import Policies

SOURCE = Source(
    id="gcp-asset-resources",
    title="Google Cloud resources",
    feeds=("scopes", "identities", "credentials", "systems", "policies", "documents", "links", "aliases"),
    by_hand="gcloud asset export --content-type=resource --organization=ID --output-path=gs://BUCKET/FILE",
    blind="projects and folders, service accounts and their keys, custom roles, and what runs as whom",
    provider="gcp",
    calls=(
        Call(
            "cloudasset",
            "export_assets",
            ("cloudasset.assets.exportResource",),
            "asset-export-resource.ndjson",
        ),
    ),
    needs=("identities", "systems"),
    opens=b"{[",
    rank=20,
)

_TYPE = re.compile(rb'"asset_?[tT]ype"\s*:')
_RESOURCE = re.compile(rb'"resource"\s*:\s*\{')
_SCOPES = tuple(
    f"cloudresourcemanager.googleapis.com/{kind}" for kind in ("Organization", "Folder", "Project")
)
_IAM = "iam.googleapis.com/"
_BOUNDARIES = (_IAM + "PrincipalAccessBoundaryPolicy", _IAM + "PolicyBinding")


def claims(page: Page) -> bool:
    """An asset type beside the resource itself, near the start."""
    return _TYPE.search(page.head) is not None and _RESOURCE.search(page.head) is not None


def read(page: Page, into: Rows) -> None:
    """Rows of every asset whose type is known; others are passed over."""
    found = [(at, entry) for at, entry in entries(page) if isinstance(entry.get("resource"), Mapping)]
    if not found:
        raise Unreadable("holds no asset with its resource; export it with --content-type=resource")
    _Reader(page, into).read(found)


class _Reader:
    def __init__(self, page: Page, into: Rows) -> None:
        self._page = page
        self._into = into
        self._scopes = hierarchy.Scopes(into)
        self._tags = tags.Tags(page.settings.names)
        self._policies = Policies(into, Members(into))
        self._numbers: dict[str, str] = {}
        self._number_of: dict[str, str] = {}
        """`projects/NUMBER` by key of its project."""
        self._types: set[str] = set()
        self._bound = bound_tags.BoundTags()
        self._accounts: set[str] = set()
        """Addresses of all service accounts of the page."""

    def read(self, found: list[tuple[str, dict[str, Any]]]) -> None:
        # Projects come first: what lies in them gives their number alone.
        for at, entry in found:
            kind = text(field(entry, "assetType"))
            if kind in _SCOPES:
                self._scope(at, entry)
            elif kind == bound_tags.VALUE:
                self._bound.learn(_data(entry))
            elif kind == _IAM + "ServiceAccount":
                self._accounts.add(text(_data(entry).get("email")).lower())
        for at, entry in found:
            kind = text(field(entry, "assetType"))
            if kind not in _SCOPES:
                self._types.add(kind)
                self._asset(at, kind, entry)
        for key in self._scopes.found:
            if hierarchy.kind(key) != "project":
                self._into.covered(key, *hierarchy.NO_ACCOUNTS, "systems")
                continue
            # An export may be cut to some types: what no line has, it says nothing of.
            if _IAM + "ServiceAccount" in self._types:
                self._into.covered(key, "identities")
            if _IAM + "ServiceAccountKey" in self._types:
                self._into.covered(key, "credentials")
            if self._types & BY_TYPE.keys():
                self._into.covered(key, "systems")

    def _scope(self, at: str, entry: dict[str, Any]) -> None:
        data = _data(entry)
        name = text(entry.get("name"))
        key = names.scope_of_name(name)
        if not key:
            return
        ident = text(data.get("projectId"))
        number = str(data.get("projectNumber") or "") or text(data.get("name")).removeprefix("projects/")
        if ident:
            key = keys.gcp_scope(plain(ident))
        chain = words(entry.get("ancestors"))
        if ident and number.isdigit():
            self._scopes.alias(key, names.scope(f"projects/{number}"))
            self._numbers[f"projects/{number}"] = key
            self._number_of[key] = f"projects/{number}"
        parent = self._parent(entry, data, chain)
        self._scopes.add(
            key, at, parent,
            name=plain(text(field(data, "displayName")) or text(data.get("name")) or hierarchy.ids(key)),
            **self._tags.stated(tags.pairs(data.get("labels")), tags.SCOPE),
        )  # fmt: skip
        self._scopes.above(chain, at, key if hierarchy.kind(key) == "project" else "")

    def _parent(self, entry: dict[str, Any], data: Mapping[str, Any], chain: list[str]) -> str:
        given = data.get("parent")
        if isinstance(given, str) and given:
            return names.scope(given)
        if isinstance(given, Mapping) and text(given.get("id")):
            return names.scope(f"{text(given.get('type'))}s/{text(given.get('id'))}")
        above = text(entry["resource"].get("parent"))
        return names.scope_of_name(above) or (names.scope(chain[1]) if len(chain) > 1 else "")

    def _home(self, entry: dict[str, Any], at: str) -> str:
        chain = words(entry.get("ancestors"))
        known = self._numbers.get(chain[0], "") if chain else ""
        return self._scopes.above(chain, at, known) or names.scope_of_name(
            text(entry["resource"].get("parent"))
        )

    def _asset(self, at: str, kind: str, entry: dict[str, Any]) -> None:
        data, full = _data(entry), text(entry.get("name"))
        home = self._home(entry, at)
        below = f"{at}/resource/data"
        if kind == _IAM + "ServiceAccount":
            accounts.account(self._into, below, data, full)
        elif kind == _IAM + "ServiceAccountKey":
            accounts.key(self._into, below, data)
        elif kind == _IAM + "Role":
            self._policies.role(below, {"name": full.removeprefix("//iam.googleapis.com/"), **data}, home)
        elif kind in (_IAM + "WorkloadIdentityPoolProvider", _IAM + "WorkloadIdentityPool"):
            federation.provider(self._into, below, data, self._policies.documents)
        elif kind == "compute.googleapis.com/Project":
            self._setting(below, home, home, settings.of_project(data))
        elif kind == "orgpolicy.googleapis.com/Policy":
            if found := settings.constraint(full, data):
                where = self._numbers.get(found[0]) or names.scope(found[0])
                self._setting(below, where, where, found[1], f"/{names.last(full)}")
        elif kind == "serviceusage.googleapis.com/Service":
            if off := settings.api(full, data):
                self._setting(below, home, home, off, f"/{names.last(full)}")
        elif kind in _BOUNDARIES:
            why = "a principal access boundary is not evaluated: less may be allowed than is said"
            self._into.problem(home, "policies", at, why)
        elif kind == bound_tags.BINDING:
            if bound := self._bound.bound(data):
                node, key, told = bound
                self._setting(below, node, home, {f"tag:{key}": told}, f"/tag/{key}")
        elif (known := BY_TYPE.get(kind)) and full:
            self._system(below, names.node(full), home, data, known)
            if kind == "compute.googleapis.com/Instance":
                self._setting(below, names.node(full), home, settings.of_machine(data))

    def _setting(self, at: str, node: str, home: str, told: Mapping[str, Any], ending: str = "") -> None:
        self._into.add(
            "policies",
            at,
            key=plain(f"{node}#setting{ending}", 2048),
            scope=home,
            provider="gcp",
            kind="setting",
            attached_to=node,
            document=self._policies.documents.add(told, at),
        )

    def _system(self, at: str, key: str, home: str, data: dict[str, Any], asset: Asset) -> None:
        labels = data.get("labels") or (dig(data, "metadata.labels") or [None])[0]
        stopped = data.get(asset.state) in asset.stopped if asset.state else None
        self._into.add(
            "systems",
            at,
            key=key,
            scope=home,
            provider="gcp",
            kind=asset.kind,
            name=names.last(key),
            state=None if stopped is None else "paused" if stopped else "active",
            **self._tags.stated(tags.pairs(labels), tags.SYSTEM),
        )
        named = [
            (f"{at}/{path.replace('.', '/')}", names.last(text(name)).lower())
            for path in asset.runs_as
            for name in dig(data, path)
        ]
        for place, email in named or [(at, "")]:
            if "@" in email:
                self._runs_as(place, key, home, email)
            elif (usual := self._unsaid(asset, home)) and data:
                # The word `default` says the same as nothing.
                self._runs_as(place, key, home, usual)
        self._configured(at, key, home, data, asset)
        if code := settings.bucket(data, asset.code):
            self._setting(at, key, home, {"code": code})
        if asset.kind == "secret":
            stored.secret(self._into, at, key, home, data)

    def _unsaid(self, asset: Asset, home: str) -> str:
        """As whom an asset runs that names nobody; empty where that account is not among those listed."""
        number = self._number(home).removeprefix("projects/")
        if not number.isdigit():
            return ""
        email = asset.unsaid.format(number=number, id=hierarchy.ids(home))
        return email if not self._accounts or email in self._accounts else ""

    def _runs_as(self, at: str, key: str, home: str, email: str) -> None:
        self._into.add(
            "links",
            at,
            kind="runs-as",
            from_=key,
            to=keys.service_account(email),
            because="its service account",
        )
        found = names.account(email)
        if found and not found.agent:
            self._into.add(
                "identities", at, key=keys.service_account(email), provider="gcp", kind="service-account",
                scope=names.scope(found.project), name=email.partition("@")[0],
            )  # fmt: skip

    def _configured(self, at: str, key: str, home: str, data: dict[str, Any], asset: Asset) -> None:
        where = Where(home, key, "at-rest", "environment", "runtime-environment")
        for path in asset.variables:
            pointer = f"{at}/{path.replace('.', '/')}"
            environment(self._page, self._into, _variables(dig(data, path), pointer), where)
        for path in asset.secrets:
            for name in sorted({text(one) for one in dig(data, path)} - {""}):
                self._into.add(
                    "links", f"{at}/{path.replace('.', '/')}", kind="holds", from_=key,
                    to=keys.stored_value(self._secret_named(name, home)),
                    because="its configuration names the secret",
                )  # fmt: skip

    def _number(self, home: str) -> str:
        """A project as `projects/NUMBER`, or by its id where the page does not tell its number."""
        return self._number_of.get(home, f"projects/{hierarchy.ids(home)}")

    def _secret_named(self, name: str, home: str) -> str:
        """The whole name of a secret, which a configuration gives with its number, its id or alone."""
        project, _, rest = name.partition("/secrets/")
        if not rest:
            project, rest = self._number(home), name
        named = keys.gcp_scope(project.removeprefix("projects/"))
        whole = self._number_of.get(named, project)
        return plain(f"//secretmanager.googleapis.com/{whole}/secrets/{rest.partition('/')[0]}", 2048)


def _data(entry: Mapping[str, Any]) -> dict[str, Any]:
    found = entry["resource"].get("data")
    return found if isinstance(found, dict) else {}


def _variables(given: list[Any], at: str) -> dict[str, tuple[str, object]]:
    found: dict[str, tuple[str, object]] = {}
    for n, one in enumerate(given):
        if not isinstance(one, Mapping):
            continue
        if isinstance(one.get("name"), str) and one["name"] and "value" in one:
            found[one["name"]] = (f"{at}/{n}/value", one["value"])
        elif "name" not in one:
            found |= {name: (f"{at}/{name}", value) for name, value in one.items() if name}
    return found
