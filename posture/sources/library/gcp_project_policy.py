"""The allow policy of one project, folder or organisation, as `get-iam-policy` prints it."""

from __future__ import annotations

import re

from posture.model.errors import Unreadable
from posture.sources.contract import Page, Rows, Source
from posture.sources.gcp import hierarchy
from posture.sources.gcp.answers import entries
from posture.sources.gcp.members import Members
from posture.sources.gcp.places import scope_of_page
from posture.sources.gcp.policies import Policies

SOURCE = Source(
    id="gcp-project-policy",
    title="The allow policy of one Google Cloud project",
    feeds=("scopes", "identities", "groups", "policies", "documents"),
    by_hand="gcloud projects get-iam-policy ID --format=json, into a folder or file named for the project",
    blind="who holds which role on the project; the search of all policies tells more",
    provider="gcp",
    opens=b"{",
    rank=60,
)

_BINDING = re.compile(rb'"role"\s*:\s*"(?:roles|projects|organizations)/')


def claims(page: Page) -> bool:
    """Bindings of Google's roles at the top, and no asset or resource beside them."""
    head = page.head
    return (
        b'"bindings"' in head
        and _BINDING.search(head) is not None
        and b'"etag"' in page.data
        and b"sset_type" not in head
        and b'"assetType"' not in head
        and b'"resource"' not in head
    )


def read(page: Page, into: Rows) -> None:
    """A row for each binding on the scope that the snapshot, the folder or the file names."""
    key = scope_of_page(page)
    if not key:
        raise Unreadable("says not of which project it is; put it in a folder named for the project")
    scopes = hierarchy.Scopes(into)
    scopes.add(key, "")
    policies = Policies(into, Members(into))
    for at, entry in entries(page):
        policies.bindings(at, key, key, entry)
    into.covered(
        key,
        "policies",
        state="partial",
        why="policies of single resources and of what lies above are not in it",
        would_help="gcloud asset search-all-iam-policies --scope=organizations/ID --format=json",
    )
