"""What a role's trust says of it: the service that runs as it, and how whoever takes it proves itself."""

from __future__ import annotations

import re
from typing import Any

from posture.model.text import plain
from posture.sources.aws.policy_text import Trust

_AGENT_PLATFORMS = ("bedrock", "agentcore")
_CI = re.compile(
    r"^(token\.actions\.githubusercontent\.com|gitlab\.|.*\bgitlab\b|api\.bitbucket\.org|oidc\.circleci\.com"
    r"|agent\.buildkite\.com|app\.terraform\.io|vstoken\.dev\.azure\.com|oidc\.codefresh\.io|app\.harness\.io"
    r"|api\.pulumi\.com|spacelift|.*\.semaphoreci\.com)"
)
"""Issuers of tokens for build and deployment runs."""


def trusted(trust: Trust) -> dict[str, Any]:
    """Columns of the role; none where its trust could not be read."""
    if not trust.read:
        return {}
    services, federated = trust.services, trust.federated
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
