"""The keys of one service account, as `gcloud iam service-accounts keys list` prints them."""

from __future__ import annotations

import re

from posture.model import keys
from posture.sources.contract import Call, Page, Rows, Source
from posture.sources.gcp import accounts, names
from posture.sources.gcp.answers import entries, in_an_asset, text
from posture.sources.gcp.places import scope_of_page

SOURCE = Source(
    id="gcp-service-account-keys",
    title="Keys of Google Cloud service accounts",
    feeds=("scopes", "credentials", "links"),
    by_hand="gcloud iam service-accounts keys list --iam-account=EMAIL --format=json, for every account",
    blind="which service accounts have keys, how old they are and when they end",
    provider="gcp",
    calls=(
        Call(
            "iam",
            "projects.serviceAccounts.keys.list",
            ("iam.serviceAccountKeys.list",),
            "iam-service-accounts-keys-list-{item}.json",
            each="iam:projects.serviceAccounts.list:/accounts/*",
            takes={"name": "/name"},
        ),
    ),
    needs=("credentials",),
    opens=b"{[",
    rank=30,
)

_MARK = re.compile(rb'"name"\s*:\s*"projects/[^"/]+/serviceAccounts/[^"/]+/keys/[^"]+"')


def claims(page: Page) -> bool:
    """The name of a key and its validity, and no asset around it."""
    return _MARK.search(page.head) is not None and b'"validAfterTime"' in page.head and not in_an_asset(page)


def read(page: Page, into: Rows) -> None:
    """A credential for each key that somebody holds; Google's own keys count as looked at."""
    seen: dict[str, str] = {}
    for at, entry in entries(page):
        email = accounts.key(into, at, entry)
        if not email:
            into.problem(scope_of_page(page), "credentials", at, "one key is set aside: it has no name")
            continue
        project = text(entry.get("name")).split("/")[1]
        found = names.account(email)
        home = keys.gcp_scope(project) if project != "-" else names.scope(found.project if found else "")
        seen[email] = home
    for home in sorted(set(seen.values()) - {""}):
        into.add("scopes", key=home, kind="project", provider="gcp")
    for email, home in sorted(seen.items()):
        # Keys are listed account by account, so that one answer never tells the whole project.
        into.covered(home, f"credentials/{email}")
