"""Members of Cloud Identity groups, which carry the roles that the groups hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from posture.model.text import plain
from posture.sources.contract import Page, Rows, Source
from posture.sources.gcp.answers import dig, entries, field, objects, text
from posture.sources.gcp.members import Members, key_of
from posture.sources.times import moment

SOURCE = Source(
    id="gcp-group-members",
    title="Google groups and their members",
    feeds=("groups", "identities", "links", "aliases"),
    by_hand="gcloud identity groups memberships list --group-email=ADDRESS --format=json, for every group "
    "that a policy names",
    blind="who holds a role by being in a group",
    provider="gcp",
    opens=b"{[",
    rank=30,
)

_MARK = re.compile(rb'"(?:preferredMemberKey|memberKey|groupKey)"\s*:\s*\{')
_GROUP = re.compile(r"groups/[^/]+")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def claims(page: Page) -> bool:
    """A membership, or a group with its memberships."""
    return _MARK.search(page.head) is not None


def read(page: Page, into: Rows) -> None:
    """A group for each that is named, and a link for each member."""
    members = Members(into)
    for at, entry in entries(page):
        group = _named(entry.get("groupKey"))
        if group:
            _group(into, at, group, text(entry.get("name")))
            listed = entry.get("memberships")
            for n, one in enumerate(objects(listed)):
                if not _ended(one, page.collected_at):
                    _member(into, members, f"{at}/memberships/{n}", group, one)
            if isinstance(listed, list):
                into.covered("", f"groups/{group}")
            continue
        above = _above(page, text(entry.get("name")))
        if above:
            if not _ended(entry, page.collected_at):
                _member(into, members, at, above, entry)
            into.covered("", f"groups/{above}")
        else:
            into.problem("", "groups", at, "one membership is set aside: nothing says of which group",
                         "name the file for the address of the group")  # fmt: skip


def _group(into: Rows, at: str, group: str, name: str) -> None:
    into.add("groups", at, key=group, name=group.removeprefix("group:"), provider="gcp")
    if name.startswith("groups/"):
        into.add("aliases", at, key=group, alias=plain(name))


def _above(page: Page, name: str) -> str:
    """The group of a bare membership: the address in the name of the file, else its id."""
    address = _ADDRESS.search(page.path.name.removesuffix(".json"))
    if address:
        return key_of(f"group:{address.group()}")
    found = _GROUP.match(name)
    return plain(found.group()) if found else ""


def _named(value: Any) -> str:
    ident = text(value.get("id")) if isinstance(value, Mapping) else ""
    return key_of(f"group:{ident}") if "@" in ident else ""


def _member(into: Rows, members: Members, at: str, group: str, entry: Mapping[str, Any]) -> None:
    who = field(entry, "preferredMemberKey") or field(entry, "memberKey")
    ident = text(who.get("id")) if isinstance(who, Mapping) else ""
    if not ident:
        into.problem("", "groups", at, "one membership is set aside: it names no member")
        return
    key = members.write(at, f"{_kind(text(entry.get('type')), ident)}:{ident}")
    into.add("links", at, kind="member-of", from_=key, to=group, because="its membership")


def _ended(entry: Mapping[str, Any], collected_at: datetime | None) -> bool:
    """Whether a membership for a time was over when it was listed."""
    ends = [moment(one) for one in dig(entry, "roles.expiryDetail.expireTime")]
    return collected_at is not None and any(end is not None and end <= collected_at for end in ends)


def _kind(stated: str, ident: str) -> str:
    if stated == "GROUP":
        return "group"
    if stated == "SERVICE_ACCOUNT" or ident.endswith("gserviceaccount.com"):
        return "serviceAccount"
    return "user"
