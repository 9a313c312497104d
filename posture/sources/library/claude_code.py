"""Claude Code: tool servers of a project, of an organisation, or of a plug-in."""

from __future__ import annotations

from posture.sources.agents import clients, literals, writing
from posture.sources.agents.opening import parsed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="claude-code",
    title="Claude Code: tool servers",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures", "references"),
    by_hand=".mcp.json in projects, managed-mcp.json of the system, .mcp.json and plugin.json of plug-ins",
    blind="tool servers that a project or an organisation gives Claude Code, and the secrets in them",
    ends=(".json",),
    rank=30,
)

_CACHE = (".claude", "plugins")


def claims(page: Page) -> bool:
    """Its files, by the end of the path."""
    name = page.parts[-1]
    return (name == "plugin.json" and page.parts[-2:-1] == (".claude-plugin",)) or clients.owned(
        page, "claude-code"
    )


def read(page: Page, into: Rows) -> None:
    """One server per entry; a plug-in may list them without a key around them."""
    plugin = _plugin(page)
    if plugin is None:
        found = clients.owner(page)
        prefix = found.prefix if found and found.layer != "managed" else ""
        sheet = Sheet(page, into, "claude-code", prefix, found.layer if found else "project")
    else:
        sheet = Sheet(page, into, "claude-code", plugin[0], "user")
    document = parsed(sheet)
    user = writing.agent(sheet)
    sheet.own("", user)
    at, listed = "/mcpServers", document.get("mcpServers")
    if plugin is not None and listed is None and page.parts[-1] == ".mcp.json":
        at, listed = "", document
    if not isinstance(listed, str):
        writing.servers(sheet, listed, at, user, f"plug-in {plugin[1]}" if plugin else "")
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "credentials")


def _plugin(page: Page) -> tuple[str, str] | None:
    """(folder before, name) where the file belongs to a plug-in."""
    parts, lower = page.path.parts, page.parts
    folder = len(parts) - (2 if lower[-2:-1] == (".claude-plugin",) else 1)
    for n in range(folder - 1):
        if lower[n : n + 2] == _CACHE:
            # The cache keeps a folder per version below that of the plug-in.
            own = folder - 2 if parts[folder - 1][:1].isdigit() and folder > n + 4 else folder - 1
            return "/".join(parts[:n]), parts[own]
    if lower[-2:-1] == (".claude-plugin",):
        return "/".join(parts[: max(folder - 1, 0)]), parts[folder - 1] if folder else page.place.root
    return None
