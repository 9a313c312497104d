"""Answers as Google's tools print them: a list, an object around a list, or one object a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from posture.model.errors import Unreadable
from posture.sources.contract import Page

_LIST_NAMES = ("results", "assets", "policies", "accounts", "keys", "roles", "workloadIdentityPoolProviders",
               "workloadIdentityPools", "groups", "memberships", "activities")  # fmt: skip
_TOO_DEEP = "nests deeper than any export does; export it again"


def entries(page: Page) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the page with its place: an index, or `line N`.

    What is no object is left out and told through the page. Unreadable where the page is no JSON at all.
    """
    text = page.data if page.data.isascii() else page.text.encode()
    try:
        whole = msgspec.json.decode(text)
    except RecursionError:
        raise Unreadable(_TOO_DEEP) from None
    except msgspec.DecodeError:
        yield from _lines(page, text)
        return
    listed, at = _list_in(whole)
    for n, entry in enumerate(listed):
        place = f"{at}/{n}" if at is not None else ""
        if isinstance(entry, dict):
            yield place, entry
        else:
            page.problems.append((place, "one entry is set aside: it is no object"))


def _list_in(whole: Any) -> tuple[list[Any], str | None]:
    if isinstance(whole, list):
        return whole, ""
    if isinstance(whole, dict):
        names = [name for name in _LIST_NAMES if isinstance(whole.get(name), list)]
        if len(names) == 1 and "groupKey" not in whole:
            return whole[names[0]], f"/{names[0]}"
    return [whole], None


def _lines(page: Page, text: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    read = 0
    broken: list[int] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError):
            broken.append(number)
            # A page that starts in the middle of something is no list of lines.
            if not read and len(broken) > 1:
                break
            continue
        if isinstance(entry, dict):
            read += 1
            yield f"line {number}", entry
    if not read:
        raise Unreadable(
            "is no JSON, or ends in the middle of it; export it again", broken[0] if broken else 1
        )
    for number in broken:
        page.problems.append((f"line {number}", "one line is set aside: it is no JSON"))


def field(entry: Mapping[str, Any], name: str) -> Any:
    """The value of `name`, given in camelCase, however the tool spelled it."""
    found = entry.get(name)
    return found if found is not None else entry.get(_snake(name))


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name)


def in_an_asset(page: Page) -> bool:
    """Whether the entries lie in assets, as an export of them writes it in either of its two spellings."""
    return b"sset_type" in page.head or b'"assetType"' in page.head


def words(value: Any) -> list[str]:
    """The texts in a list; nothing where it is none."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """The value where it is text, else nothing."""
    return value if isinstance(value, str) else ""


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; nothing where it is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def dig(entry: Any, dotted: str) -> list[Any]:
    """Every value at a dotted path; a list on the way stands for each of its entries."""
    found = [entry]
    for part in dotted.split("."):
        stepped: list[Any] = []
        for one in found:
            for each in one if isinstance(one, list) else [one]:
                value = field(each, part) if isinstance(each, dict) else None
                if value is not None:
                    stepped.append(value)
        found = stepped
    return [each for one in found for each in (one if isinstance(one, list) else [one])]
