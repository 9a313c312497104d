"""CloudTrail: which trails record, and which kinds of event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from posture.model import keys
from posture.sources.aws.accounts import scope_of, stated_account
from posture.sources.aws.answers import unpacked
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.declaring import asks
from posture.sources.aws.items import asked, objects, text
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="aws-cloudtrail",
    title="AWS CloudTrail",
    feeds=("logs", "log_events"),
    by_hand="aws cloudtrail get-trail-status and get-event-selectors for each of describe-trails",
    blind="whether what identities do is recorded at all",
    provider="aws",
    calls=(
        asks("cloudtrail", "describe_trails", arguments={"includeShadowTrails": False}),
        asks("cloudtrail", "get_trail_status", each="describe_trails:/trailList/*",
             takes={"Name": "/TrailARN"}),
        asks("cloudtrail", "get_event_selectors", each="describe_trails:/trailList/*",
             takes={"TrailName": "/TrailARN"}),
    ),
    opens=b"{[",
    rank=30,
)  # fmt: skip

_STATUS, _SELECTORS = "cloudtrail:GetTrailStatus", "cloudtrail:GetEventSelectors"
_KNOWN = {"cloudtrail:DescribeTrails": "trailList", _STATUS: "IsLogging", _SELECTORS: "TrailARN"}
_READS, _WRITES = ("secret-retrieval",), ("token-mint", "issuance", "denial")


def claims(page: Page) -> bool:
    """Trails, the status of one, or what one selects."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """A log where the status says that it records, and the events that its selectors let in."""
    account = stated_account(page)
    for answer in calls(page, _KNOWN):
        body = unpacked(answer.body)
        if not isinstance(body, Mapping):
            continue
        if answer.call == _STATUS and body.get("IsLogging") is True and (trail := asked(answer, "Name")):
            into.add("logs", answer.at, key=trail, scope=scope_of(trail, account))
        elif answer.call == _SELECTORS:
            trail = text(body, "TrailARN")
            for event in sorted(set(_events(body))):
                # An entry names the session and its access key; a task or a chain of agents it does not know.
                into.add("log_events", answer.at, log=trail, event=event, names_agent=False,
                         names_task=False, names_credential=True, names_chain=False)  # fmt: skip
            into.covered(scope_of(trail, account) if trail else keys.aws_scope(account), "log_events")


def _events(body: Mapping[str, Any]) -> Iterator[str]:
    for selector in objects(body.get("EventSelectors")):
        if selector.get("IncludeManagementEvents") is True:
            kind = selector.get("ReadWriteType")
            yield from _READS if kind in ("All", "ReadOnly") else ()
            yield from _WRITES if kind in ("All", "WriteOnly") else ()
    for advanced in objects(body.get("AdvancedEventSelectors")):
        yield from _advanced(advanced)


def _advanced(selector: Mapping[str, Any]) -> Iterator[str]:
    """Management events of an advanced selector; one that leaves out some sources promises nothing."""
    fields = {text(field, "Field"): field for field in objects(selector.get("FieldSelectors"))}
    if fields.get("eventCategory", {}).get("Equals") != ["Management"] or "eventSource" in fields:
        return
    only = fields.get("readOnly", {}).get("Equals")
    yield from _READS if only in (None, ["true"]) else ()
    yield from _WRITES if only in (None, ["false"]) else ()
