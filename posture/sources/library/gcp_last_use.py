"""When service accounts and their keys last signed in, as Policy Intelligence tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from posture.model import keys
from posture.model.text import plain
from posture.sources.contract import Page, Rows, Source
from posture.sources.gcp import names
from posture.sources.gcp.answers import entries, field, text
from posture.sources.gcp.members import account_rows
from posture.sources.times import moment

SOURCE = Source(
    id="gcp-last-use",
    title="Last use of Google Cloud service accounts and keys",
    feeds=("identities", "credentials"),
    by_hand="gcloud policy-intelligence query-activity --activity-type=serviceAccountLastAuthentication"
    " --project=ID --format=json, and the same for serviceAccountKeyLastAuthentication",
    blind="which service accounts and keys nobody uses any more",
    provider="gcp",
    opens=b"{[",
    rank=30,
)

_MARK = re.compile(rb'"activity_?[tT]ype"\s*:\s*"serviceAccount(?:Key)?LastAuthentication"')
_LEAST = timedelta(days=90)
"""A shorter time of watching says nothing of what was never seen."""


def claims(page: Page) -> bool:
    """An activity of one of the two types."""
    return _MARK.search(page.head) is not None


def read(page: Page, into: Rows) -> None:
    """The last sign-in of each account or key; none where nothing was seen in all the time watched."""
    for at, entry in entries(page):
        full = text(field(entry, "fullResourceName"))
        used = _used(entry)
        if not full.startswith("//iam.googleapis.com/"):
            into.problem("", "identities", at, "one activity is set aside: it names no account")
            continue
        account, _, key = full.partition("/keys/")
        named = names.account_of_name(account)
        if named is None or "@" not in named[1]:
            into.problem("", "identities", at, "one activity is set aside: it gives no address")
        elif key:
            into.add(
                "credentials",
                at,
                key=names.key_name(named[0], named[1].lower(), key),
                scope=keys.gcp_scope(plain(named[0])),
                provider="gcp",
                kind="service-account-key",
                **used,
            )
        else:
            account_rows(into, at, named[1], **used)


def _used(entry: Mapping[str, Any]) -> dict[str, Any]:
    activity, watched = entry.get("activity"), field(entry, "observationPeriod")
    last = moment(field(activity, "lastAuthenticatedTime")) if isinstance(activity, Mapping) else None
    if last:
        return {"last_used": last, "last_used_blind": False}
    if isinstance(watched, Mapping):
        start, end = moment(field(watched, "startTime")), moment(field(watched, "endTime"))
        if start and end and end - start >= _LEAST:
            return {"has_last_used": False, "last_used_blind": False}
    return {}
