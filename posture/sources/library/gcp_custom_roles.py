"""Custom roles of a project or an organisation, as `gcloud iam roles list` or `describe` prints them."""

from __future__ import annotations

import re

from posture.sources.contract import Call, Page, Rows, Source
from posture.sources.gcp import hierarchy, names
from posture.sources.gcp.answers import entries, field, text
from posture.sources.gcp.members import Members
from posture.sources.gcp.policies import Policies

SOURCE = Source(
    id="gcp-custom-roles",
    title="Google Cloud custom roles",
    feeds=("scopes", "policies", "documents"),
    by_hand="gcloud iam roles describe ROLE --project=ID --format=json, for every custom role",
    blind="what custom roles hold: whoever has one may do more than is known",
    provider="gcp",
    calls=(Call("iam", "projects.roles.list", ("iam.roles.list", "iam.roles.get"), "iam-roles-list.json"),),
    opens=b"{[",
    rank=30,
)

_MARK = re.compile(rb'"name"\s*:\s*"(?:projects|organizations)/[^"/]+/roles/[^"/]+"')
_OTHER = (b"sset_type", b'"assetType"', b'"bindings"')


def claims(page: Page) -> bool:
    """The name of a custom role at the top of an entry, and no asset around it."""
    return _MARK.search(page.head) is not None and not any(word in page.head for word in _OTHER)


def read(page: Page, into: Rows) -> None:
    """One policy row for each role; without its text where the answer leaves the permissions out."""
    scopes = hierarchy.Scopes(into)
    policies = Policies(into, Members(into))
    bare: set[str] = set()
    for at, entry in entries(page):
        home = names.scope(text(entry.get("name")).partition("/roles/")[0])
        if not home:
            continue
        scopes.add(home, at)
        policies.role(at, entry, home)
        if not isinstance(field(entry, "includedPermissions"), list):
            bare.add(home)
    for key in scopes.found:
        into.covered(
            key,
            "policies/role",
            state="partial" if key in bare else "complete",
            why="roles are listed without what they hold" if key in bare else "",
            would_help=SOURCE.by_hand if key in bare else "",
        )
