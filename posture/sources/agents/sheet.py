"""One configuration file while it is read: whose it is, and which agent or tool each place belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from posture.model import keys
from posture.model.text import lookalike
from posture.sources.agents.clients import Client, Layer, client
from posture.sources.agents.server import escaped
from posture.sources.contract import Page, Rows

_DEEPEST = 200


class Sheet:
    """Where rows of one page go, and who owns which place in it."""

    def __init__(
        self, page: Page, into: Rows, client_id: str, prefix: str = "", layer: Layer = "user", doc: str = ""
    ) -> None:
        self.page = page
        self.into = into
        self.client: Client = client(client_id)
        self.layer: Layer = layer
        self.doc = doc
        """What stands before every pointer: `doc:2:` in a file of several documents."""
        self.root = f"{page.root}/{prefix}" if prefix else page.root
        self.owners: dict[str, str] = {}
        self.remote_of: dict[str, str] = {}
        """Tool to the system that it is."""
        self.unfinished: frozenset[str] = frozenset()
        """Places that were still open where the reading of a broken file ended."""
        home = page.place.kind == "home"
        self.scope = keys.home_scope(page.root) if home else keys.repo_scope(page.root)
        into.add(
            "scopes", key=self.scope, kind="host" if home else "repository", provider="local", name=page.root
        )

    def put(self, table: str, at: str, /, **columns: Any) -> None:
        """One row, with text that no encoding takes made harmless."""
        self.into.add(table, self.doc + at, **{name: _sound(value) for name, value in columns.items()})

    def problem(self, at: str, why: str) -> None:
        """One entry that could not be read; its siblings are kept."""
        if at in self.unfinished:
            # Where reading stopped is told of the file; what an unfinished entry lacks is no fault of its.
            return
        self.into.problem(
            self.scope, "tools", _sound(self.doc + at), why, "correct the entry in the client's file"
        )

    def own(self, at: str, key: str) -> None:
        """From `at` downwards everything belongs to the node `key`."""
        self.owners[at] = key

    def owner_of(self, at: str) -> str:
        """The node that the place `at` belongs to; empty where nobody does."""
        while True:
            if at in self.owners:
                return self.owners[at]
            if not at:
                return ""
            at = at.rpartition("/")[0]

    def named(self, at: str, name: str) -> None:
        """Points out a name that imitates another."""
        if lookalike(name):
            self.into.problem(
                self.scope,
                "tools",
                _sound(self.doc + at),
                "a name that mixes scripts or hides characters: it may imitate another",
                "compare the name with the one that was meant",
            )


def _sound(value: Any) -> Any:
    if not isinstance(value, str) or value.isascii():
        return value
    return value.encode("utf-8", "replace").decode("utf-8")


def strings(value: Any, at: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every string of a document with its pointer, in document order."""
    if isinstance(value, str):
        yield at, value
    elif depth < _DEEPEST and isinstance(value, Mapping):
        for name, child in value.items():
            yield from strings(child, f"{at}/{escaped(str(name))}", depth + 1)
    elif depth < _DEEPEST and isinstance(value, list):
        for n, child in enumerate(value):
            yield from strings(child, f"{at}/{n}", depth + 1)
