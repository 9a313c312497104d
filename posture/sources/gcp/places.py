"""Which project an answer is about, where only its place says so."""

from __future__ import annotations

import re

from posture.model import keys
from posture.model.text import plain
from posture.sources.contract import Page
from posture.sources.gcp import names

_PROJECT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]\Z")
_PREFIX = re.compile(r"(?:projects-|resource-manager-)?(?:folders-|organizations-)?get-iam-policy[-_.]?")
_WORDS = frozenset({"google-cloud", "iam-policy"})


def scope_of_page(page: Page) -> str:
    """Key of the scope that the snapshot, the file or the nearest folder names; empty where none does."""
    stated = (page.place.manifest or {}).get("scope")
    if isinstance(stated, str) and stated:
        return names.scope(stated.removeprefix(keys.gcp_scope("")))
    stem = page.path.name.partition(".json")[0]
    if (rest := _PREFIX.sub("", stem, count=1)) != stem and _is_project(rest):
        return keys.gcp_scope(plain(rest))
    folders = (*page.place.above, *page.root.split("/"), *page.path.parts[:-1])
    return next((keys.gcp_scope(plain(part)) for part in reversed(folders) if _is_project(part)), "")


def _is_project(word: str) -> bool:
    return _PROJECT.match(word) is not None and word not in _WORDS and ("-" in word or word[-1].isdigit())
