"""Workload identity pools: which outside issuers are let in, and under which condition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posture.model.text import plain
from posture.sources.contract import Rows
from posture.sources.gcp import names
from posture.sources.gcp.answers import field, text
from posture.sources.gcp.policies import Documents

_NAME = re.compile(
    r"(?P<home>projects/[^/]+)/locations/[^/]+/workloadIdentityPools/(?P<pool>[^/]+)/providers/(?P<provider>[^/]+)\Z"
)
_CI = re.compile(
    r"https://(token\.actions\.githubusercontent\.com|gitlab\.|[^/]*\bgitlab\b|api\.bitbucket\.org|oidc\.circleci\.com"
    r"|agent\.buildkite\.com|app\.terraform\.io|vstoken\.dev\.azure\.com|oidc\.codefresh\.io)"
)
"""Issuers of tokens for build and deployment runs."""

_KINDS = ("oidc", "aws", "saml", "x509")
"""How a provider attests, by the field in which it says so."""
_LONGEST = 2048


def provider(into: Rows, at: str, data: Mapping[str, Any], documents: Documents) -> str:
    """The row of one provider, and its trust as a policy; key of its project, empty where it is a pool."""
    name = text(data.get("name"))
    match = _NAME.search(name)
    if match is None:
        return names.scope(name.partition("/locations/")[0]) if "/locations/" in name else ""
    key = plain(f"//iam.googleapis.com/{match.group()}", _LONGEST)
    home = names.scope(match["home"])
    oidc = data.get("oidc")
    issuer = text(field(oidc, "issuerUri")) if isinstance(oidc, Mapping) else ""
    kind = next((word for word in _KINDS if isinstance(data.get(word), Mapping)), None)
    pipeline = {"class_": "pipeline", "class_basis": "kind"} if _CI.match(issuer) else {}
    into.add(
        "identities",
        at,
        key=key,
        scope=home,
        provider="gcp",
        kind="federated",
        name=plain(f"{match['pool']}/{match['provider']}"),
        pattern=True,
        attested=kind,
        enabled=data.get("disabled") is not True and data.get("state", "ACTIVE") == "ACTIVE",
        **pipeline,
    )
    body = {
        "issuer": issuer,
        "condition": text(field(data, "attributeCondition")),
        "mapping": field(data, "attributeMapping") or {},
        "kind": kind or "",
    }
    into.add(
        "policies",
        at,
        key=f"{key}#trust",
        scope=home,
        provider="gcp",
        kind="trust",
        name=plain(f"provider {match['provider']}"),
        attached_to=key,
        document=documents.add(body, at),
    )
    return home
