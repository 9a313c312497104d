"""Who comes in through workload identity pools: how many others each trust lets in besides the one meant."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from msgspec import Struct, field

from posture.access.gcp.escalate import Escalation
from posture.access.gcp.landscape import Landscape
from posture.estate.estate import Estate

Row = dict[str, Any]

_WIDTHS = ("exact", "organisation", "any-tenant")
POOL = re.compile(
    r"principal(?:Set)?://iam\.googleapis\.com/(?P<pool>projects/[^/]+/locations/[^/]+/workloadIdentityPools/[^/]+)/(?P<rest>.*)"
)
_PROVIDER = re.compile(r"//iam\.googleapis\.com/(?P<pool>.+/workloadIdentityPools/[^/]+)/providers/[^/]+\Z")
_SHARED = re.compile(
    r"https://(token\.actions\.githubusercontent\.com|gitlab\.com|api\.bitbucket\.org|oidc\.circleci\.com"
    r"|agent\.buildkite\.com|app\.terraform\.io|vstoken\.dev\.azure\.com|accounts\.google\.com"
    r"|oidc\.codefresh\.io|login\.microsoftonline\.com)"
)
"""Issuers that sign tokens for anybody who has an account with them."""

_EXACT = re.compile(
    r"""(?:assertion|attribute)\.(?:repository(?:_id)?|project_path|project_id|workspace(?:_id)?|sub|terraform_workspace_id)\s*(?:==|in\b)"""
    r"""|google\.subject\s*(?:==|in\b)|(?:assertion\.sub|google\.subject)\.startsWith\(\s*['"](?:repo:[^'"*/]+/[^'"*/:]+:|project_path:[^'"*]+:)"""
)
_EXACT_MEMBER = re.compile(
    r"subject/|attribute\.(?:repository|repository_id|sub|project_path|project_id|workflow_ref|job_workflow_ref|workspace)/"
)


class Provider(Struct, frozen=True):
    """One provider of a pool."""

    key: str
    pool: str
    breadth: str
    guarded: bool
    issuer: str = ""
    condition: str = ""
    mapping: Mapping[str, Any] = field(default_factory=dict)
    """What becomes of the claims of a token, by the name under which the pool knows it."""


class Federation:
    """The pools of one estate."""

    def __init__(self, estate: Estate, landscape: Landscape, escalation: Escalation) -> None:
        self._land = landscape
        self._escalation = escalation
        self._providers: dict[str, list[Provider]] = {}
        rows = estate["policies"].filter(pl.col("provider") == "gcp", pl.col("kind") == "trust")
        texts = dict(
            estate["documents"]
            .filter(pl.col("key").is_in(rows["document"].drop_nulls().implode()))
            .select("key", "text")
            .iter_rows()
        )
        off = set(estate["identities"].filter(~pl.col("enabled"))["key"])
        for key, document in rows.select("attached_to", "document").sort("attached_to").iter_rows():
            match = _PROVIDER.match(key)
            if match and document in texts and key not in off:
                self._providers.setdefault(match["pool"], []).append(
                    _provider(key, match["pool"], json.loads(texts[document]))
                )

    def of_pool(self, pool: str) -> tuple[Provider, ...]:
        """Providers of a pool that are switched on."""
        return tuple(self._providers.get(pool, ()))

    def told_by_providers(self, member: str) -> bool:
        """Whether `member` is a whole pool whose providers are known: they say who comes in."""
        match = POOL.match(member)
        return bool(match and match["rest"] == "*" and match["pool"] in self._providers)

    def breadth(self, member: str) -> Row:
        """How wide the trust in `member` is; nothing where nobody can say, its provider not being read."""
        match = POOL.match(member)
        if match is None:
            return {}
        own = _member_breadth(match["rest"])
        known = self._providers.get(match["pool"])
        if own == "exact" or known is None:
            return {"breadth": own} if own != "any-tenant" or known is not None else {}
        widest = max((_WIDTHS.index(one.breadth) for one in known), default=0)
        return {"breadth": _WIDTHS[min(widest, _WIDTHS.index(own))]}

    def links(self) -> Iterator[Row]:
        """From each provider to every service account that members of its pool may become."""
        for principal in self._land.principals:
            match = POOL.match(principal)
            if match is None:
                continue
            own = _member_breadth(match["rest"])
            for gain in self._escalation.gains(principal):
                for provider in self._providers.get(match["pool"], ()) if gain.to else ():
                    width = _WIDTHS[min(_WIDTHS.index(own), _WIDTHS.index(provider.breadth))]
                    for account in gain.to:
                        yield {
                            "kind": "may-become",
                            "from_": provider.key,
                            "to": account,
                            "certain": gain.certain,
                            "because": "; ".join(gain.because),
                            "depends_on": None if gain.certain else "; ".join(gain.depends_on),
                            "breadth": width,
                            "guarded": provider.guarded or own == "exact",
                        }


def _provider(key: str, pool: str, body: dict[str, Any]) -> Provider:
    condition = str(body.get("condition") or "").strip()
    issuer = str(body.get("issuer") or "")
    given = body.get("mapping")
    mapping = given if isinstance(given, Mapping) else {}
    if condition in ("", "true"):
        shared = _SHARED.match(issuer) is not None
        width = "any-tenant" if shared else "organisation"
    else:
        width = "exact" if _EXACT.search(condition) and "||" not in condition else "organisation"
    return Provider(key, pool, width, condition not in ("", "true"), issuer, condition, mapping)


def _member_breadth(rest: str) -> str:
    if rest == "*":
        return "any-tenant"
    return "exact" if _EXACT_MEMBER.match(rest) else "organisation"
