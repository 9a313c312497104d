"""Claude Desktop's extensions: the server that each brings along, and the settings that a person gave it."""

from __future__ import annotations

from collections.abc import Mapping

from posture.sources.agents import literals, writing
from posture.sources.agents.frameworks import text
from posture.sources.agents.opening import parsed
from posture.sources.agents.server import read_entry
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="claude-desktop-extensions",
    title="Extensions of Claude Desktop",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures", "references"),
    by_hand="the folders Claude Extensions and Claude Extensions Settings beside claude_desktop_config.json",
    blind="tool servers that extensions bring along, and the keys in their settings",
    ends=(".json",),
    rank=30,
)

_BUNDLES, _SETTINGS = "claude extensions", "claude extensions settings"


def claims(page: Page) -> bool:
    """A manifest in the folder of an extension, or the settings of one."""
    return page.parts[-2:-1] == (_SETTINGS,) or (
        page.parts[-1] == "manifest.json" and page.parts[-3:-2] == (_BUNDLES,)
    )


def read(page: Page, into: Rows) -> None:
    """One server per extension; whether it is switched on stands in its settings, and its keys do."""
    settings = page.parts[-2] == _SETTINGS
    folder = page.path.parts[: -2 if settings else -3]
    sheet = Sheet(page, into, "claude-desktop", _home(folder))
    document = parsed(sheet)
    user = writing.agent(sheet)
    sheet.own("", user)
    name = page.path.stem if settings else page.path.parts[-2]
    if settings:
        key = writing.tool_key(sheet, name)
        sheet.own("", key)
        enabled = document.get("isEnabled")
        sheet.put(
            "tools", "", key=key, scope=sheet.scope, name=name, kind="mcp-server", transport="stdio",
            enabled=enabled if isinstance(enabled, bool) else None,
        )  # fmt: skip
        sheet.put(
            "links", "", kind="uses-tool", from_=user, to=key, because="its settings name the extension"
        )
    else:
        server = document.get("server")
        entry = server.get("mcp_config") if isinstance(server, Mapping) else None
        record = read_entry(name, "/server/mcp_config", entry)
        if record is None:
            sheet.problem("/server/mcp_config", "is no entry of a server")
        else:
            writing.server(sheet, record, user, entry)
        if (shown := text(document.get("name"))) is not None:
            sheet.named("/name", shown)
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "credentials")


def _home(folder: tuple[str, ...]) -> str:
    """What stands before the folders in which systems keep the settings of programs."""
    lowered = [part.lower() for part in folder]
    for start in ("library", "appdata", ".config"):
        if start in lowered:
            return "/".join(folder[: lowered.index(start)])
    return "/".join(folder)
