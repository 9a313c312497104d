"""Tells which call a file answers: by the manifest, by its name, or by the key at its top."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

from posture.sources.aws.answers import Recorded, answers, is_inventory, recorded
from posture.sources.contract import Page

_LETTERS = re.compile(r"[^a-z0-9]")

_UNMISTAKABLE = (b"AccessKeyMetadata", b"QueueUrls", b"DevEndpoints")
_SHORT = 400

Known = Mapping[str, str]
"""`service:Operation` to the key at the top of its answer; empty where only the manifest or the name of the
file tells."""


def claims_any(page: Page, known: Known) -> bool:
    """Whether the page, which opens as JSON does, holds answers of a known call."""
    if is_inventory(page) or _stated(page, known):
        return True
    if _entry(page).get("call"):
        # What is known to answer another call is not judged by its looks.
        return False
    if not any(known.values()):
        return False
    of_aws = _is_of_aws(page)
    if not of_aws and not any(word in page.head for word in _UNMISTAKABLE):
        return False
    found = _shape(tuple(filter(None, known.values()))).search(page.head)
    return found is not None and (of_aws or found["key"] in _UNMISTAKABLE)


def _is_of_aws(page: Page) -> bool:
    # Many documents have `projects` or `Policy` at their top. An empty answer shows no ARN, but is short.
    if b'"arn:aws' in page.head or b'\\"arn:aws' in page.head:
        return True
    return len(page.data) < _SHORT and page.place.kind not in ("home", "repository")


def calls(page: Page, known: Known) -> Iterator[Recorded]:
    """Every answer of a known call in the page, from a bare answer or from a list of recorded ones."""
    if is_inventory(page):
        wanted = {_bare(call): call for call in known}
        for entry in recorded(page):
            call = wanted.get(_bare(entry.call))
            if call is not None:
                yield Recorded(entry.at, call, entry.region, entry.request, entry.body)
        return
    stated = _stated(page, known)
    noted = _entry(page)
    region, asked = noted.get("region"), noted.get("request")
    for answer in answers(page):
        call = stated or _by_key(answer.body, known)
        if call:
            yield Recorded(
                answer.at,
                call,
                region if isinstance(region, str) else "",
                asked if isinstance(asked, dict) else {},
                answer.body,
            )


def _stated(page: Page, known: Known) -> str:
    given = _bare(str(_entry(page).get("call", "")))
    name = _bare(page.path.name)
    bare = _all_bare(tuple(known))
    if given not in bare and (given or not name.startswith(bare)):
        return ""
    fits = (given == short or (not given and name.startswith(short)) for short in bare)
    return next(call for call, fit in zip(known, fits, strict=True) if fit)


def _entry(page: Page) -> Mapping[str, object]:
    return page.place.entries().get(str(page.path), {})


def _by_key(body: bytes, known: Known) -> str:
    try:
        top = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return ""
    return next((call for call, key in known.items() if key and key in top), "")


@lru_cache(maxsize=64)
def _shape(names: tuple[str, ...]) -> re.Pattern[bytes]:
    # The key stands at the top: after the opening brace, or after the token or the count of a page.
    either = "|".join(re.escape(name) for name in sorted(set(names)))
    before = r'\A\s*+\[?+\s*+\{(\s*"\w+"\s*:\s*("[^"]*"|\w+)\s*,)*'
    return re.compile(rf'{before}\s*"(?P<key>{either})"\s*:'.encode())


@lru_cache(maxsize=64)
def _all_bare(calls: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_bare(call) for call in calls)


# Every source of this provider asks it of the same page.
@lru_cache(maxsize=16)
def _bare(text: str) -> str:
    return _LETTERS.sub("", text.lower())
