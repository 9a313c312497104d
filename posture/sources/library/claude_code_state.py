"""Claude Code's state file: the user's tool servers, and per project its servers, approvals and rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.sources.agents import clients, literals, writing
from posture.sources.agents.opening import parsed
from posture.sources.agents.server import escaped
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="claude-code-state",
    title="Claude Code: user and local scope",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures", "permissions", "references"),
    by_hand="~/.claude.json, or .claude.json in the folder that CLAUDE_CONFIG_DIR names",
    blind="tool servers of the user and of single projects, and what was approved for them",
    ends=(".claude.json",),
    rank=30,
)


def claims(page: Page) -> bool:
    """A file of that name."""
    return page.parts[-1] == ".claude.json"


def read(page: Page, into: Rows) -> None:
    """Servers of the user, then of each project; a project that cannot be read costs no other."""
    prefix = clients.tail(page, ".claude/.claude.json", ".claude.json") or ""
    sheet = Sheet(page, into, "claude-code", prefix, "user")
    document = parsed(sheet)
    user = writing.agent(sheet)
    sheet.own("", user)
    writing.servers(sheet, document.get("mcpServers"), "/mcpServers", user)
    projects = document.get("projects")
    if isinstance(projects, Mapping):
        names = _short(tuple(str(path) for path in projects))
        for path, block in projects.items():
            _project(sheet, user, str(path), block, names[str(path)])
    elif projects is not None:
        sheet.problem("/projects", "is no map of projects")
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "credentials")


def _project(sheet: Sheet, user: str, path: str, block: Any, name: str) -> None:
    at = f"/projects/{escaped(path)}"
    if not isinstance(block, Mapping):
        sheet.problem(at, "is no project")
        return
    writing.servers(sheet, block.get("mcpServers"), f"{at}/mcpServers", user, name)
    for effect, key in (
        ("approve", "enabledMcpjsonServers"),
        ("reject", "disabledMcpjsonServers"),
        ("allow", "allowedTools"),
    ):
        writing.permissions(sheet, effect, block.get(key), f"{at}/{key}", user)
    if block.get("hasTrustDialogAccepted") is True:
        writing.permission(sheet, "trust", path, f"{at}/hasTrustDialogAccepted", user)


def _short(paths: tuple[str, ...]) -> dict[str, str]:
    """The last folder of each path, lengthened leftwards until unique."""
    split = {path: [part for part in path.replace("\\", "/").split("/") if part] or [path] for path in paths}
    found: dict[str, str] = {}
    for path, parts in split.items():
        for length in range(1, len(parts) + 1):
            found[path] = "/".join(parts[-length:])
            if sum(other[-length:] == parts[-length:] for other in split.values()) == 1:
                break
    return found
