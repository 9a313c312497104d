"""What agent frameworks' files share: agents, servers without a name, and tools that are only named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from posture.model.errors import Unreadable
from posture.sources import jsonc
from posture.sources.agents import literals, writing
from posture.sources.agents.opening import parsed
from posture.sources.agents.remote import remotes
from posture.sources.agents.server import Server, unnamed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows


def opened(page: Page, into: Rows, platform: str, above: int = 1) -> tuple[Sheet, Mapping[str, Any]]:
    """A sheet for a framework's file and its document; agents are named below the folder that holds it."""
    prefix = "/".join(page.path.parts[:-above])
    sheet = Sheet(page, into, platform, prefix, "project")
    return sheet, parsed(sheet)


def finished(sheet: Sheet, document: Mapping[str, Any]) -> None:
    """Secrets of the whole file, and that it was read."""
    literals.document(sheet, document, where="agent-configuration")
    writing.covered(sheet, "agents", "tools", "credentials")


def address(text: str, at: str) -> Server:
    """A server of which only an address, or a name in a catalogue, is written."""
    remote = next(iter(remotes(text)), None)
    if remote is not None:
        return Server(name=remote.host, at=at, transport="http", url=text)
    return Server(name=text, at=at, transport="catalog", package=text.partition("#")[0])


def functions(sheet: Sheet, user: str, names: Iterable[tuple[str, str]]) -> None:
    """Tools that are only named: what they do is written in code that nobody ran."""
    for at, name in names:
        key = writing.tool_key(sheet, name)
        sheet.put("tools", at, key=key, scope=sheet.scope, name=name, kind="function")
        sheet.put("links", at, kind="uses-tool", from_=user, to=key, because="its definition names the tool")


def inlined(sheet: Sheet, user: str, value: Any, at: str, name: str = "") -> None:
    """Servers that a setting holds: an address, an entry, or a map of them, also where all of it is text."""
    if isinstance(value, str) and not value.lstrip().startswith("{"):
        if next(remotes(value), None) is not None:
            far = address(value, at)
            writing.server(sheet, replace(far, name=name or far.name), user, value)
        return
    if isinstance(value, str):
        try:
            value = jsonc.read(value, sheet.page.settings.reading.nesting).value
        except Unreadable:
            sheet.problem(at, "is no entry of a server")
            return
    listed = value.get("mcpServers", value) if isinstance(value, Mapping) else None
    if not isinstance(listed, Mapping) or not listed:
        return
    single = any(isinstance(listed.get(key), str) for key in ("command", "url", "serverUrl"))
    for given, entry in [(name, listed)] if single else listed.items():
        record = unnamed(entry, at, str(given))
        if record is None:
            sheet.problem(at, "is no entry of a server")
        else:
            writing.server(sheet, record, user, entry)


def drawn(sheet: Sheet, listed: Any, at: str) -> Iterator[tuple[str, tuple[str, Mapping[str, Any]]]]:
    """Id of each node of a drawn flow, with the place of its settings and the settings."""
    for n, node in enumerate(listed if isinstance(listed, list) else ()):
        data = below(node, "data")
        ident = text(node.get("id")) if isinstance(node, Mapping) else None
        if ident and data:
            yield ident, (f"{at}/{n}/data", data)
        else:
            sheet.problem(f"{at}/{n}", "is no node: it has no id or no settings")


def wire(edge: Any) -> tuple[str, str]:
    """Which node of a drawn flow an edge comes from, and to which it leads; empty where it does not say."""
    given = edge if isinstance(edge, Mapping) else {}
    return text(given.get("source")) or "", text(given.get("target")) or ""


def below(value: Any, *steps: str) -> Mapping[str, Any]:
    """The map that those steps lead to; an empty one where they lead nowhere."""
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def text(value: Any) -> str | None:
    """`value` where it is text."""
    return value if isinstance(value, str) and value else None
