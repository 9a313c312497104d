"""Organisation, folders and projects as an answer names them, with what lies above what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from posture.model import keys
from posture.sources.contract import Rows
from posture.sources.gcp import names

_KINDS: dict[str, Literal["organisation", "folder", "project"]] = {
    "organizations": "organisation",
    "folders": "folder",
}
NO_ACCOUNTS = ("identities", "credentials")
"""Tables that organisations and folders have nothing for."""


def kind(key: str) -> Literal["organisation", "folder", "project"]:
    """What the scope `key` is."""
    return _KINDS.get(key.removeprefix("gcp:").partition("/")[0], "project")


class Scopes:
    """Writes each scope of a page once, and the number of a project as its other name."""

    def __init__(self, into: Rows) -> None:
        self._into = into
        self._seen: set[tuple[str, str]] = set()
        self._ids: dict[str, str] = {}
        self.found: dict[str, str] = {}
        """Keys of all scopes in the order in which they were named, each with the place of its first row."""

    def add(self, key: str, at: str, parent: str = "", **columns: Any) -> None:
        """The row of one scope; a further one where it tells more."""
        if not key or ((key, parent) in self._seen and not columns):
            return
        self._seen.add((key, parent))
        self.found.setdefault(key, at)
        stated: dict[str, Any] = {"parent": parent} if parent else {}
        if kind(key) == "organisation":
            stated = {"has_parent": False}
        self._into.add("scopes", at, key=key, kind=kind(key), provider="gcp", **stated, **columns)

    def above(self, ancestors: Sequence[str], at: str, project: str = "") -> str:
        """The scopes in `ancestors`, nearest first; the nearest one. `project` is its known id."""
        chain = [names.scope(one) for one in ancestors]
        if project and ancestors and ancestors[0].startswith("projects/"):
            self.alias(project, chain[0])
        if chain:
            chain[0] = self._ids.get(chain[0], chain[0])
        for n, key in enumerate(chain):
            self.add(key, at, chain[n + 1] if n + 1 < len(chain) else "")
        return chain[0] if chain else ""

    def alias(self, key: str, other: str) -> None:
        """`other` is another name of the scope `key`."""
        if other and other != key and other not in self._ids:
            self._ids[other] = key
            self._into.add("aliases", key=key, alias=other)


def ids(key: str) -> str:
    """What stands behind `gcp:` in the key of a scope."""
    return key.removeprefix(keys.gcp_scope(""))
