"""VS Code with Copilot: tool servers of a profile, of a workspace, or of older settings."""

from __future__ import annotations

from posture.sources.agents import clients, literals, writing
from posture.sources.agents.opening import parsed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="vscode",
    title="VS Code with Copilot",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures", "safeguards", "references"),
    by_hand="mcp.json of the user profile, and .vscode/mcp.json in workspaces",
    blind="tool servers of VS Code and the secrets in their configuration",
    ends=(".json",),
    rank=30,
)

_SETTINGS = ("Code/User/settings.json", ".vscode/settings.json", "Code - Insiders/User/settings.json")
_PROFILES = "user/profiles"


def claims(page: Page) -> bool:
    """Its files by the end of the path; settings only where they hold servers."""
    name = page.parts[-1]
    if name == "settings.json":
        return clients.tail(page, *_SETTINGS) is not None and b'"mcp"' in page.data
    if name == "mcp.json" and len(page.parts) > 4 and "/".join(page.parts[-4:-2]) == _PROFILES:
        return True
    return clients.owned(page, "vscode")


def read(page: Page, into: Rows) -> None:
    """One server per entry; older settings hold them one level deeper."""
    found = clients.owner(page)
    profile = ""
    if found is not None and found.client == "vscode":
        sheet = Sheet(page, into, "vscode", found.prefix, found.layer)
    else:
        project = clients.tail(page, ".vscode/settings.json")
        sheet = Sheet(page, into, "vscode", project or "", "user" if project is None else "project")
        profile = f"profile {page.path.parts[-2]}" if page.parts[-1] == "mcp.json" else ""
    document = parsed(sheet)
    user = writing.agent(sheet)
    sheet.own("", user)
    at, holder = "", document
    if page.parts[-1] == "settings.json":
        at, holder = "/mcp", document.get("mcp") or {}
    if not isinstance(holder, dict):
        sheet.problem(at, "is no map")
        holder = {}
    key = "servers" if "servers" in holder or "mcpServers" not in holder else "mcpServers"
    writing.servers(sheet, holder.get(key), f"{at}/{key}", user, profile)
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "credentials")
