"""What the manifest of a snapshot says: when and where it was collected, what was refused or is missing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from posture.model import keys
from posture.model.inputs import Input
from posture.model.text import plain
from posture.sources import registry, unanswered
from posture.sources.aws import carriers
from posture.sources.aws.resources import LISTINGS
from posture.sources.contract import Place, Rows
from posture.sources.nothing import nothing
from posture.sources.places import MANIFEST
from posture.sources.times import moment
from posture.sources.walk import File

_SOURCE = "snapshot"
_ENTRY = "sts:AssumeRole"
"""The call that leads into an account."""
_NEEDED = ("identities", "policies", "credentials", "systems")
_BESIDE = ("links", "aliases", "documents", "exposures", "tags")
_TYPES = {
    listing.call: listing.type for listing in (*LISTINGS, *carriers.LISTINGS.values())
} | carriers.LEADING
"""What each call lists."""
_REGIONAL = sorted({type_ for call, type_ in _TYPES.items() if not call.startswith("s3:")})


def scope(place: Place) -> str:
    """Key of the scope that was collected; empty where the place is no snapshot."""
    stated = (place.manifest or {}).get("scope")
    if not isinstance(stated, str) or not stated:
        return ""
    provider = (place.manifest or {}).get("source")
    if provider == "aws" and ":" not in stated:
        return keys.aws_scope(plain(stated))
    return keys.gcp_scope(plain(stated)) if provider == "gcp" and ":" not in stated else plain(stated)


def collected_at(place: Place, inside: PurePosixPath) -> datetime | None:
    """When the answer in the file `inside` was given; null where no manifest says."""
    if place.manifest is None:
        return None
    entry = place.entries().get(str(inside), {})
    return moment(entry.get("collected_at")) or moment(place.manifest.get("collected_at"))


def checked(place: Place, files: Sequence[File], rows: Rows) -> Iterator[Input]:
    """The manifest as an input, listed files that are gone or changed, and coverage of refused calls."""
    label = f"{place.root}/{MANIFEST}"
    yield Input(file=label, source=_SOURCE, outcome="read", collected_at=collected_at(place, PurePosixPath()))
    there = {str(file.inside): file for file in files if file.place is place}
    for path, entry in sorted(place.entries().items()):
        shown = plain(f"{place.root}/{path}")
        if path not in there:
            why = "is listed in the manifest and gone"
            yield Input(file=shown, source=_SOURCE, outcome="absent", why=why, do="collect again")
        elif _changed(there[path], entry):
            why = "is not what the manifest says was collected"
            yield Input(file=shown, source=_SOURCE, outcome="partial", why=why, do="collect again")
    _bounded(place, rows)
    for entry in _list(place, "none"):
        nothing(place, entry, _source_of(str(entry.get("call", ""))), rows)
    for error in _list(place, "errors"):
        if not unanswered.is_answer(error):
            _refused(place, error, rows)


def _bounded(place: Place, rows: Rows) -> None:
    """A collection that was cut off, or that was told to look at some regions, left something out."""
    manifest = place.manifest or {}
    if manifest.get("complete") is False:
        why, help_ = "the collection was stopped before its end", "run the same `posture collect` again"
        for table in _NEEDED:
            _uncovered(place, rows, table, "partial", why, help_, "/complete")
    given = manifest.get("regions")
    regions = [region for region in given if isinstance(region, str)] if isinstance(given, list) else []
    if regions:
        why = plain(f"only {', '.join(sorted(regions))} was collected")
        for table in ("systems", *(f"systems/{type_}" for type_ in _REGIONAL)):
            _uncovered(place, rows, table, "partial", why, "posture collect without --region", "/regions")


def _uncovered(
    place: Place, rows: Rows, table: str, state: str, why: str, help_: str, at: str, source: str = _SOURCE
) -> None:
    rows.tables.setdefault("coverage", []).append(
        {
            "scope": scope(place),
            "table": table,
            "state": state,
            "why": why,
            "would_help": help_,
            "source": source,
            "file": f"{place.root}/{MANIFEST}",
            "at": at,
            "collected_at": collected_at(place, PurePosixPath()),
        }
    )


def _changed(file: File, entry: Mapping[str, Any]) -> bool:
    stated = entry.get("sha256")
    if not isinstance(stated, str):
        return False
    try:
        with open(file.path, "rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest() != stated
    except OSError:
        # Reading it again a moment later says why it cannot be read.
        return False


def _refused(place: Place, error: Mapping[str, Any], rows: Rows) -> None:
    call = str(error.get("call", ""))
    reader = _source_of(call)
    permission = error.get("permission")
    region = f" in {error['region']}" if isinstance(error.get("region"), str) else ""
    if call == _ENTRY:
        tables = list(_NEEDED)
    else:
        fed = reader.SOURCE.feeds if reader else ("systems",)
        tables = [table for table in fed if table not in _BESIDE]
    listed = next((type_ for one, type_ in _TYPES.items() if _same(one, call)), "")
    if listed:
        # What runs there is listed by type and region: one region less, and the list is not whole.
        tables.append(f"systems/{listed}")
    if call in carriers.BY_POLICY:
        # Of each system stands whether its own policy is known: nothing else was lost.
        tables = [f"{carriers.TABLE}/{carrier.type}" for carrier in carriers.BY_POLICY[call]]
    why = plain(f"{call}{region} {unanswered.words(error)}")
    again = "run the same `posture collect` again" if unanswered.may_pass(error) else call
    for table in tables:
        state = "partial" if region or "/" in table or _is_per_item(call) else "unread"
        source = reader.SOURCE.id if reader else _SOURCE
        _uncovered(place, rows, table, state, why, plain(str(permission or again)), "/errors", source)


def _is_per_item(call: str) -> bool:
    """Whether the call asks about one thing of many, so that the others may well have been read."""
    service, _, operation = call.partition(":")
    return any(
        declared.each != "" and declared.service == service and _same(declared.operation, operation)
        for reader in registry.every()
        for declared in reader.SOURCE.calls
    )


def _source_of(call: str) -> registry.Reader | None:
    """The source that declares the call, else one that asks the same service."""
    service, _, operation = call.partition(":")
    related: registry.Reader | None = None
    for reader in registry.every():
        for declared in reader.SOURCE.calls:
            if declared.service == service and _same(declared.operation, operation):
                return reader
            if declared.service == service and related is None:
                related = reader
    return related


def _same(declared: str, operation: str) -> bool:
    return re.sub(r"[^a-z0-9]", "", declared.lower()) == re.sub(r"[^a-z0-9]", "", operation.lower())


def _list(place: Place, name: str) -> list[Mapping[str, Any]]:
    given = (place.manifest or {}).get(name)
    return [entry for entry in given if isinstance(entry, Mapping)] if isinstance(given, list) else []
