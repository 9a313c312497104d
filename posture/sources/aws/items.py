"""The entries of a list in an answer, each with its place, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from posture.model.text import plain
from posture.sources.aws.answers import Recorded, unpacked

_LONGEST = 2048


def items(answer: Recorded, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each object of the list `name` at the top of the answer."""
    body = unpacked(answer.body)
    given = body.get(name) if isinstance(body, Mapping) else None
    for n, item in enumerate(given if isinstance(given, list) else ()):
        if isinstance(item, Mapping):
            yield f"{answer.at}/{name}/{n}", item


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Each object of a list inside an answer; nothing where it is no list."""
    for item in value if isinstance(value, list) else ():
        if isinstance(item, Mapping):
            yield item


def text(item: Mapping[str, Any], name: str) -> str:
    """The text under `name`, safe to show; empty where there is none."""
    found = item.get(name)
    return plain(found, _LONGEST) if isinstance(found, str) else ""


def asked(answer: Recorded, name: str) -> str:
    """What the request gave as `name`, which some answers do not repeat; empty where nobody kept it."""
    return text({key.lower(): value for key, value in answer.request.items()}, name.lower())


def when(column: str, value: datetime | None) -> dict[str, Any]:
    """`column` with its moment, or known to be none."""
    return {column: value} if value else {f"has_{column}": False}
