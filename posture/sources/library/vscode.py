"""VS Code with Copilot: tool servers of a profile or a workspace, and what its settings approve unasked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.sources.agents import clients, literals, vscode_approvals, writing
from posture.sources.agents.opening import parsed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="vscode",
    title="VS Code with Copilot",
    feeds=(
        "agents", "tools", "permissions", "credentials", "systems", "links", "exposures", "safeguards",
        "references",
    ),
    by_hand="mcp.json and settings.json of the user profile, both in .vscode of workspaces",
    blind="tool servers of VS Code and the secrets in their configuration",
    ends=(".json", ".code-workspace"),
    rank=30,
)  # fmt: skip

_SETTINGS = (
    ".vscode/settings.json", "Code/User/settings.json", "Code - Insiders/User/settings.json",
    "VSCodium/User/settings.json", ".vscode-server/data/Machine/settings.json",
    ".vscode-server/data/User/settings.json",
)  # fmt: skip
_WORKSPACE = ".code-workspace"
_PROFILES = "user/profiles"


def claims(page: Page) -> bool:
    """Its files by the end of the path; settings only where they hold servers or approve anything."""
    name = page.parts[-1]
    profile = len(page.parts) > 4 and "/".join(page.parts[-4:-2]) == _PROFILES
    if name.endswith(_WORKSPACE) or (
        name == "settings.json" and (profile or clients.tail(page, *_SETTINGS) is not None)
    ):
        # Editors write UTF-8; of another encoding the text is asked.
        wide = page.data[:2] in (b"\xff\xfe", b"\xfe\xff")
        data = page.text.encode("utf-8", "replace") if wide else page.data
        return any(mark in data for mark in (b'"mcp"', *vscode_approvals.MARKS))
    return (name == "mcp.json" and profile) or clients.owned(page, "vscode")


def read(page: Page, into: Rows) -> None:
    """One server per entry; settings hold them one level deeper, a workspace's file below its settings."""
    name = page.parts[-1]
    sheet, profile = _sheet(page, into)
    document = parsed(sheet)
    user = writing.agent(sheet)
    sheet.own("", user)
    at, holder = "", document
    if name != "mcp.json" and not clients.owned(page, "vscode"):
        settings, above = document, ""
        if name.endswith(_WORKSPACE):
            settings, above = _map(sheet, document, "settings", "")
        vscode_approvals.approvals(sheet, settings, above, user)
        holder, at = _map(sheet, settings, "mcp", above)
    key = "servers" if "servers" in holder or "mcpServers" not in holder else "mcpServers"
    writing.servers(sheet, holder.get(key), f"{at}/{key}", user, profile)
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "permissions", "credentials")


def _sheet(page: Page, into: Rows) -> tuple[Sheet, str]:
    """Whose the page is, and the profile that it belongs to."""
    found = clients.owner(page)
    if found is not None and found.client == "vscode":
        return Sheet(page, into, "vscode", found.prefix, found.layer), ""
    if page.parts[-1].endswith(_WORKSPACE):
        return Sheet(page, into, "vscode", "/".join(page.path.parts[:-1]), "project"), ""
    project = clients.tail(page, ".vscode/settings.json")
    sheet = Sheet(page, into, "vscode", project or "", "user" if project is None else "project")
    profiled = "/".join(page.parts[-4:-2]) == _PROFILES
    return sheet, f"profile {page.path.parts[-2]}" if profiled else ""


def _map(sheet: Sheet, holder: Mapping[str, Any], key: str, above: str) -> tuple[Mapping[str, Any], str]:
    """The map under `key` and its place; nothing where it is none."""
    found = holder.get(key) or {}
    if isinstance(found, Mapping):
        return found, f"{above}/{key}"
    sheet.problem(f"{above}/{key}", "is no map")
    return {}, f"{above}/{key}"
