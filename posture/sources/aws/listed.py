"""Turns an answer that lists resources into systems, links to their roles, and secrets in their variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from posture.model import keys
from posture.model.text import plain
from posture.sources import tags
from posture.sources.aws.accounts import is_account, partition_of, scope_of, stated_account
from posture.sources.aws.answers import Recorded, shaped, unpacked
from posture.sources.aws.resources import Listing
from posture.sources.contract import Page, Rows
from posture.sources.found_secret import Where, environment

_LONGEST_KEY = 2048
_SINGLE = (
    "Service",
    "StackSet",
    "application",
    "pipeline",
    "Cluster",
    "cluster",
    "association",
    "agent",
    "Configuration",
    "Job",
    "DevEndpoint",
    "Table",
)
"""Tops of answers that hold one resource."""


def read_listing(page: Page, answer: Recorded, listing: Listing, into: Rows) -> None:
    """Rows of one answer, and coverage that says which type of which account and region was listed."""
    account = stated_account(page)
    scopes: set[str] = set()
    reader = tags.Tags(page.settings.names)
    for at, entry in entries(answer, listing):
        if listing.only and isinstance(entry, Mapping) and entry.get(listing.only) is False:
            continue
        key = own_arn(entry, listing, answer, account)
        if not key:
            into.problem(
                keys.aws_scope(account),
                "systems",
                at,
                f"an entry of {listing.call} names no resource of its own",
            )
            continue
        scope = scope_of(key, account)
        scopes.add(scope)
        fields = entry if isinstance(entry, Mapping) else {}
        system(into, at, key, scope, fields, listing, reader)
        for field in listing.roles:
            for role in named(dig(fields, field)):
                runs_as(into, f"{at}/{field.replace('.', '/')}", key, role, scope, "InstanceProfile" in field)
        if listing.variables:
            pointer = f"{at}/{listing.variables.replace('.', '/')}"
            found = variables(dig(fields, listing.variables), pointer)
            environment(page, into, found, Where(scope, key, "at-rest", "environment", "runtime-environment"))
    if listing.top in _SINGLE or listing.itself:
        # One resource that was asked for by name says nothing of the others.
        return
    if not scopes and account:
        scopes.add(keys.aws_scope(account))
    more = _more(answer)
    for scope in sorted(scopes):
        into.covered(
            scope,
            f"systems/{listing.type}",
            state="partial" if more else "complete",
            why="more follow on another page" if more else answer.region,
        )


def read_leading(page: Page, answer: Recorded, type_: str, into: Rows) -> None:
    """Coverage alone: the list is whole, and what it names is described elsewhere."""
    account = stated_account(page)
    if account:
        more = _more(answer)
        into.covered(
            keys.aws_scope(account),
            f"systems/{type_}",
            state="partial" if more else "complete",
            why="more follow on another page" if more else answer.region,
        )


def entries(answer: Recorded, listing: Listing) -> Iterator[tuple[str, Any]]:
    """Each resource of the answer with its place."""
    body = unpacked(answer.body)
    if not isinstance(body, Mapping):
        return
    if listing.itself:
        yield answer.at, body
        return
    given = body.get(listing.top)
    if isinstance(given, Mapping):
        yield f"{answer.at}/{listing.top}", given
    for n, entry in enumerate(given if isinstance(given, list) else ()):
        yield f"{answer.at}/{listing.top}/{n}", entry


def own_arn(entry: Any, listing: Listing, answer: Recorded, account: str) -> str:
    """The ARN of the resource; empty where it has none and none can be made."""
    if isinstance(entry, str):
        return _from_text(entry, answer.region)
    if not isinstance(entry, Mapping):
        return ""
    if listing.arn:
        found = entry.get(listing.arn)
        return plain(found, _LONGEST_KEY) if isinstance(found, str) and found.startswith("arn:") else ""
    words = {name: value for name, value in entry.items() if isinstance(name, str) and isinstance(value, str)}
    try:
        place = {"region": answer.region, "account": account, "partition": partition_of(answer.region)}
        made = listing.made.format(**{**words, **place})
    except KeyError:
        return ""
    return plain(made, _LONGEST_KEY)


def _from_text(text: str, region: str) -> str:
    if text.startswith("arn:"):
        return plain(text, _LONGEST_KEY)
    # https://sqs.REGION.amazonaws.com/ACCOUNT/NAME; other hosts do not name the region.
    parts = text.partition("://")[2].split("/")
    host = parts[0].split(".")
    named = host[1] if host[0] == "sqs" and len(host) > 2 else region
    if len(parts) == 3 and named and is_account(parts[1]):
        return plain(f"arn:{partition_of(named)}:sqs:{named}:{parts[1]}:{parts[2]}", _LONGEST_KEY)
    return ""


def system(
    into: Rows, at: str, key: str, scope: str, fields: Mapping[str, Any], listing: Listing, reader: tags.Tags
) -> None:
    """The row of one resource, and its tags."""
    name = fields.get(listing.name)
    given_tags = tags.pairs(fields.get("Tags", fields.get("tags")))
    given = fields.get(listing.state) if listing.state else None
    state = None
    if listing.state:
        state = "deleted" if given in listing.retired else "paused" if given in listing.paused else "active"
    into.add(
        "systems",
        at,
        key=key,
        scope=scope,
        provider="aws",
        kind=listing.kind,
        name=plain(name) if isinstance(name, str) else keys.short(key),
        state=state,
        **reader.stated(given_tags, tags.SYSTEM),
    )
    tagged(into, at, key, given_tags)


def tagged(into: Rows, at: str, key: str, given: Iterable[tuple[str, str]]) -> None:
    """The tags of one resource, on which conditions of policies look."""
    for name, value in given:
        into.add("tags", at, subject=key, name=plain(name), value=plain(value))


def runs_as(into: Rows, at: str, key: str, role: str, scope: str, profile: bool = False) -> None:
    """The link from a workload to its role, which some answers give by name only, or by its instance
    profile."""
    account = keys.arn_account(key) or scope.removeprefix("aws:")
    # A role is known by such an ARN in every partition, a profile by its own alone.
    before = (
        f"arn:{key.split(':')[1]}:iam::{account}:instance-profile"
        if profile
        else f"arn:aws:iam::{account}:role"
    )
    arn = role if role.startswith("arn:") else f"{before}/{role}"
    into.add(
        "links", at, kind="runs-as", from_=key, to=plain(arn, _LONGEST_KEY), because="its execution role"
    )


def dig(fields: Mapping[str, Any], dotted: str) -> Any:
    """The value at a dotted path; null where a part is missing."""
    found: Any = fields
    for part in dotted.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def named(value: Any) -> Iterator[str]:
    """Every name in a field that holds one or several."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item:
            yield item


def variables(given: Any, at: str) -> dict[str, tuple[str, object]]:
    """Variables by name with place and value; references to a store are left out: nothing lies there."""
    if isinstance(given, Mapping):
        return {str(name): (f"{at}/{step(str(name))}", value) for name, value in given.items()}
    found: dict[str, tuple[str, object]] = {}
    for n, item in enumerate(given if isinstance(given, list) else ()):
        if not isinstance(item, Mapping) or item.get("type", "PLAINTEXT") != "PLAINTEXT":
            continue
        if isinstance(item.get("name"), str):
            found[item["name"]] = (f"{at}/{n}/value", item.get("value"))
    return found


def step(name: str) -> str:
    """`name` as one step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _more(answer: Recorded) -> bool:
    top = shaped(answer.body, dict[str, msgspec.Raw])
    marks = ("NextToken", "nextToken", "NextMarker", "Marker")
    return any(bytes(top[mark]) not in (b"null", b'""') for mark in marks if mark in top)
