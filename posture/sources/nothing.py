"""What a snapshot says there is none of: calls that were answered by "there is no such thing"."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Protocol, runtime_checkable

from posture.settings import DEFAULTS
from posture.sources.aws.accounts import stated_account
from posture.sources.aws.answers import Recorded
from posture.sources.contract import Page, Place, Rows
from posture.sources.places import MANIFEST
from posture.sources.registry import Reader
from posture.sources.times import moment


@runtime_checkable
class _Telling(Protocol):
    def without(self, answer: Recorded, account: str, into: Rows) -> None:
        """What it means that there is nothing of what the call asked for."""


def nothing(place: Place, entry: Mapping[str, Any], reader: Reader | None, rows: Rows) -> None:
    """Rows for one such call, where its source makes something of it."""
    if reader is None or not isinstance(reader, _Telling):
        return
    page = Page(place, PurePosixPath(MANIFEST), b"", DEFAULTS, moment(entry.get("collected_at")))
    request, region = entry.get("request"), entry.get("region")
    rows.reading(reader.SOURCE.id, page)
    reader.without(
        Recorded(
            "/none",
            str(entry.get("call", "")),
            region if isinstance(region, str) else "",
            request if isinstance(request, dict) else {},
            b"null",
        ),
        stated_account(page),
        rows,
    )
