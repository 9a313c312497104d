"""Outside issuers that an account trusts: OpenID Connect and SAML providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.model.text import plain
from posture.sources.aws.accounts import scope_of, stated_account
from posture.sources.aws.answers import unpacked
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.items import asked, items, text, when
from posture.sources.contract import Call, Page, Rows, Source
from posture.sources.times import moment

SOURCE = Source(
    id="aws-identity-providers",
    title="AWS identity providers",
    feeds=("credentials",),
    by_hand="aws iam list-open-id-connect-providers, get-open-id-connect-provider, and their like for SAML",
    blind="which outside issuers an account trusts, for which audiences, and when their trust ends",
    provider="aws",
    calls=(
        Call("iam", "list_open_id_connect_providers", ("iam:ListOpenIDConnectProviders",),
             "iam-list-open-id-connect-providers.json"),
        Call("iam", "get_open_id_connect_provider", ("iam:GetOpenIDConnectProvider",),
             "iam-get-open-id-connect-provider-{item}.json",
             each="iam:list_open_id_connect_providers:/OpenIDConnectProviderList/*",
             takes={"OpenIDConnectProviderArn": "/Arn"}),
        Call("iam", "list_saml_providers", ("iam:ListSAMLProviders",), "iam-list-saml-providers.json"),
        Call("iam", "get_saml_provider", ("iam:GetSAMLProvider",), "iam-get-saml-provider-{item}.json",
             each="iam:list_saml_providers:/SAMLProviderList/*", takes={"SAMLProviderArn": "/Arn"}),
    ),
    opens=b"{[",
    rank=30,
)  # fmt: skip

_OIDC = "iam:GetOpenIDConnectProvider"
_SAML = "iam:GetSAMLProvider"
_LISTS = {
    "iam:ListOpenIDConnectProviders": "OpenIDConnectProviderList",
    "iam:ListSAMLProviders": "SAMLProviderList",
}
_KNOWN = {**_LISTS, _OIDC: "ThumbprintList", _SAML: "SAMLMetadataDocument"}


def claims(page: Page) -> bool:
    """The providers, or one of them."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """One way to authenticate per issuer; which role it leads to stands in the roles' trust."""
    account = stated_account(page)
    for answer in calls(page, _KNOWN):
        body = unpacked(answer.body)
        if not isinstance(body, Mapping):
            continue
        if answer.call in _LISTS:
            for at, entry in items(answer, _LISTS[answer.call]):
                if text(entry, "Arn"):
                    _provider(into, at, text(entry, "Arn"), account, entry)
            continue
        key = asked(answer, "OpenIDConnectProviderArn" if answer.call == _OIDC else "SAMLProviderArn")
        if key:
            _provider(into, answer.at, key, account, body, clients=answer.call == _OIDC)


def _provider(
    into: Rows, at: str, key: str, account: str, entry: Mapping[str, Any], clients: bool = False
) -> None:
    columns: dict[str, Any] = {}
    if ":saml-provider/" in key:
        columns = when("expires", moment(entry.get("ValidUntil")))
    elif clients:
        given = entry.get("ClientIDList")
        columns = {"has_expires": False, "audience_bound": bool(given)}
    made = moment(entry.get("CreateDate"))
    if made:
        columns["created"] = made
    into.add(
        "credentials",
        at,
        key=key,
        scope=scope_of(key, account),
        provider="aws",
        kind="federated-trust",
        name=plain(key.partition("-provider/")[2]),
        **columns,
    )
