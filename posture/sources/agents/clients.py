"""What each agent client is and can do by itself, read from clients.toml, and whose file a path is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

import tomli
from msgspec import Struct

from posture.sources.contract import Page

Layer = Literal["managed", "local", "project", "user"]
_LAYERS: Mapping[str, Layer] = {"managed": "managed", "local": "local", "project": "project"}


class Builtin(Struct, frozen=True):
    """One tool that a client brings along."""

    name: str
    effects: int
    runs_code: bool = False
    obtains: bool = False
    reads_private: bool = False
    sends_outside: bool = False
    free_parameter: bool = False
    approval: str = "ask"


class Client(Struct, frozen=True):
    """One client. `approval` and `sandbox` hold where no setting says otherwise."""

    id: str
    name: str
    title: str
    approval: Literal["ask", "allow"]
    sandbox: Literal["on", "off", "unknown"]
    references: frozenset[str]
    files: tuple[tuple[tuple[str, ...], str], ...]
    """(path parts from the end in lower case, layer), longest first."""
    tools: tuple[Builtin, ...] = ()


class Owned(Struct, frozen=True):
    """Whose file a page is."""

    client: str
    layer: Layer
    prefix: str
    """Folder between the root and the client's own path; empty at the root."""


@lru_cache(maxsize=1)
def clients() -> dict[str, Client]:
    """Every client by its id."""
    text = (files(__package__) / "clients.toml").read_text(encoding="utf-8")
    return {row["id"]: _client(row) for row in tomli.loads(text)["client"]}


def client(name: str) -> Client:
    """The client `name`; one that the table lacks counts as asking, with nothing built in."""
    known = clients().get(name)
    return known or Client(name, name, name, "ask", "unknown", frozenset(), ())


def _client(row: dict[str, Any]) -> Client:
    ends: list[tuple[tuple[str, ...], str]] = []
    for file in row["files"]:
        for end in (*(f"{above}/{file['end']}" for above in file.get("above", ())), file["end"]):
            ends.append((tuple(end.lower().split("/")), file["layer"]))
    tools = tuple(Builtin(**tool) for tool in row.get("tools", ()))
    return Client(
        row["id"], row["name"], row["title"], row["approval"], row["sandbox"], frozenset(row["references"]),
        tuple(sorted(ends, key=lambda end: -len(end[0]))), tools,
    )  # fmt: skip


@lru_cache(maxsize=1)
def _by_name() -> dict[str, tuple[tuple[tuple[str, ...], str, str], ...]]:
    """(path parts, layer, client) by the file's name, longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for one in clients().values():
        for parts, layer in one.files:
            found.setdefault(parts[-1], []).append((parts, layer, one.id))
    return {name: tuple(sorted(ends, key=lambda end: -len(end[0]))) for name, ends in found.items()}


def owner(page: Page) -> Owned | None:
    """The client that the end of the path decides; null where none does."""
    for parts, layer, name in _by_name().get(page.parts[-1], ()):
        if page.parts[-len(parts) :] == parts:
            prefix = "/".join(page.path.parts[: -len(parts)])
            return Owned(name, layer_of(page, layer, prefix), prefix)
    return None


def owned(page: Page, name: str) -> bool:
    """Whether the page is a file of the client `name` that lists tool servers."""
    if page.parts[-1] not in _by_name():
        return False
    found = owner(page)
    return found is not None and found.client == name


def layer_of(page: Page, layer: str, prefix: str) -> Layer:
    """`either`: the user's own in a home, the project's elsewhere."""
    if layer == "either":
        return "user" if page.place.kind == "home" and not prefix else "project"
    return _LAYERS.get(layer, "user")


@lru_cache(maxsize=64)
def _split(ends: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(end.lower().split("/")) for end in ends)


def tail(page: Page, *ends: str) -> str | None:
    """What stands before the first of `ends` that closes the path; null where none does."""
    for parts in _split(ends):
        if page.parts[-len(parts) :] == parts:
            return "/".join(page.path.parts[: -len(parts)])
    return None
