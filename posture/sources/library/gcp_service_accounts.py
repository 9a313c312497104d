"""The service accounts of a project, as `gcloud iam service-accounts list` prints them."""

from __future__ import annotations

import re

from posture.model import keys
from posture.sources.contract import Call, Page, Rows, Source
from posture.sources.gcp import accounts, hierarchy, names
from posture.sources.gcp.answers import entries, field, in_an_asset, text
from posture.sources.gcp.places import scope_of_page

SOURCE = Source(
    id="gcp-service-accounts",
    title="Google Cloud service accounts",
    feeds=("scopes", "identities", "aliases"),
    by_hand="gcloud iam service-accounts list --project=ID --format=json",
    blind="service accounts that hold no role, and which are switched off",
    provider="gcp",
    calls=(
        Call(
            "iam",
            "projects.serviceAccounts.list",
            ("iam.serviceAccounts.list",),
            "iam-service-accounts-list.json",
        ),
    ),
    needs=("identities",),
    opens=b"{[",
    rank=30,
)

_MARK = re.compile(rb'"name"\s*:\s*"projects/[^"/]+/serviceAccounts/[^"/]+"')


def claims(page: Page) -> bool:
    """A service account's name and unique id, and no asset around it."""
    return _MARK.search(page.head) is not None and b'"uniqueId"' in page.head and not in_an_asset(page)


def read(page: Page, into: Rows) -> None:
    """One identity for each account, with its unique id and full name as other names."""
    scopes = hierarchy.Scopes(into)
    stated = scope_of_page(page)
    if stated:
        scopes.add(stated, "")
    for at, entry in entries(page):
        if not accounts.account(into, at, entry):
            into.problem(stated, "identities", at, "one account is set aside: it has no address")
            continue
        found = names.account(text(entry.get("email")).lower())
        project = text(field(entry, "projectId")) or (found.project if found else "")
        scopes.add(keys.gcp_scope(project) if project and "/" not in project else names.scope(project), at)
    for key in scopes.found:
        into.covered(key, "identities")
