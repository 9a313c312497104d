"""Google credential files: keys of service accounts, application default credentials, federation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posture.model import keys
from posture.sources.agents import literals, outside
from posture.sources.agents.frameworks import text
from posture.sources.agents.opening import parsed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="google-credentials-file",
    title="Google credential files",
    feeds=("credentials", "identities", "links", "aliases", "exposures"),
    by_hand="~/.config/gcloud/application_default_credentials.json, or a service account's key file",
    blind="keys of service accounts that lie on a host or in a repository",
    ends=(".json",),
    rank=35,
)

_SHAPE = re.compile(
    rb'"type"\s*:\s*"(?:service_account|authorized_user|external_account|impersonated_service_account)"'
)
_KINDS = {"service_account": "service-account-key", "authorized_user": "oauth-grant"}
_EMAIL = re.compile(r"serviceAccounts/([\w.-]+@[\w.-]+):generateAccessToken")


def claims(page: Page) -> bool:
    """JSON of one of the types that Google's libraries load."""
    return _SHAPE.search(page.head) is not None


def read(page: Page, into: Rows) -> None:
    """The credential by its resource name where it has one, and the account that it signs in as."""
    sheet = Sheet(page, into, "gcloud")
    document = parsed(sheet, whole=True)
    kind = document.get("type")
    email, key_id = text(document.get("client_email")), text(document.get("private_key_id"))
    secret = "/private_key" if kind == "service_account" else "/refresh_token"
    placed = keys.secret(page.label, secret)
    if kind == "service_account" and email and key_id:
        project = text(document.get("project_id")) or email.partition("@")[2].partition(".")[0]
        key = f"projects/{project}/serviceAccounts/{email}/keys/{key_id}"
        sheet.put("aliases", secret, key=key, alias=placed)
    else:
        key = placed
    ambient = page.place.kind == "home"
    exposure, surface = ("at-rest", "") if ambient else literals.exposure_of(page, "file")
    sheet.put(
        "credentials",
        secret,
        key=key,
        scope=sheet.scope,
        provider="gcp",
        exposure=exposure,
        store="file",
        kind=_KINDS.get(str(kind), "federated-trust"),
        name=email or page.path.name,
    )
    value = document.get(secret[1:])
    if isinstance(value, str) and (fingerprint := page.fingerprint(value)):
        into.fingerprints[key] = fingerprint
    sheet.put("links", secret, kind="stored-at", from_=key, to=sheet.scope, because=f"the file {page.label}")
    if surface:
        sheet.put("exposures", secret, credential=key, surface=surface, place=f"{page.label}#{secret}")
    account = email or _impersonated(document)
    if account:
        _signs_in(sheet, key, account, secret)


def _signs_in(sheet: Sheet, key: str, email: str, at: str) -> None:
    to = keys.service_account(email)
    sheet.put(
        "identities", at, key=to, scope=keys.gcp_scope(outside.project_of(email)), provider="gcp",
        kind="service-account", name=email.partition("@")[0],
    )  # fmt: skip
    sheet.put("links", at, kind="authenticates", from_=key, to=to, because="client_email of the file")


def _impersonated(document: Mapping[str, Any]) -> str:
    found = _EMAIL.search(str(document.get("service_account_impersonation_url", "")))
    return found[1] if found else ""
