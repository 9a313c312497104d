"""Workload identity pools and their providers: which outside issuers may become a service account."""

from __future__ import annotations

import re

from posture.sources.contract import Call, Page, Rows, Source
from posture.sources.gcp import federation, hierarchy
from posture.sources.gcp.answers import entries, in_an_asset
from posture.sources.gcp.policies import Documents

SOURCE = Source(
    id="gcp-workload-identity",
    title="Google Cloud workload identity federation",
    feeds=("scopes", "identities", "policies", "documents"),
    by_hand="gcloud iam workload-identity-pools providers list --workload-identity-pool=POOL"
    " --location=global --project=ID --format=json",
    blind="whom outside the organisation each pool lets in, and under which condition",
    provider="gcp",
    calls=(
        Call(
            "iam",
            "projects.locations.workloadIdentityPools.providers.list",
            ("iam.workloadIdentityPools.list", "iam.workloadIdentityPoolProviders.list"),
            "iam-workload-identity-pools-providers-list.json",
        ),
    ),
    opens=b"{[",
    rank=30,
)

_MARK = re.compile(rb'"name"\s*:\s*"projects/[^"/]+/locations/[^"/]+/workloadIdentityPools/[^"]+"')


def claims(page: Page) -> bool:
    """The name of a pool or provider, and no asset around it."""
    return _MARK.search(page.head) is not None and not in_an_asset(page)


def read(page: Page, into: Rows) -> None:
    """An identity and a trust for each provider; a pool alone only names its project."""
    scopes = hierarchy.Scopes(into)
    documents = Documents(into)
    for at, entry in entries(page):
        home = federation.provider(into, at, entry, documents)
        if home:
            scopes.add(home, at)
        else:
            into.problem("", "identities", at, "one provider is set aside: it has no name")
    for key in scopes.found:
        into.covered(key, "policies/trust")
