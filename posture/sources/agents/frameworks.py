"""What agent frameworks' files share: agents, servers without a name, and tools that are only named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from posture.sources.agents import literals, writing
from posture.sources.agents.opening import parsed
from posture.sources.agents.remote import remotes
from posture.sources.agents.server import Server
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


def text(value: Any) -> str | None:
    """`value` where it is text."""
    return value if isinstance(value, str) and value else None
