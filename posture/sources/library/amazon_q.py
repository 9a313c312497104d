"""Amazon Q Developer CLI and Kiro: one file per agent with its servers, tools and what it may use unasked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.sources.agents import clients, literals, writing
from posture.sources.agents.opening import parsed
from posture.sources.agents.server import escaped, placed, texts
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="amazon-q",
    title="Amazon Q Developer CLI",
    feeds=("agents", "tools", "permissions", "credentials", "systems", "links", "exposures"),
    by_hand="*.json in ~/.aws/amazonq/cli-agents, .amazonq/cli-agents and .kiro/agents; mcp.json beside them",
    blind="agents of Amazon Q, their servers and permissions, and the secrets in them",
    ends=(".json",),
    rank=30,
)

_LEGACY = (".aws/amazonq/mcp.json", ".amazonq/mcp.json")
_COMMANDS = (("allowedCommands", "allow"), ("deniedCommands", "deny"))
_FOLDERS = frozenset({"amazonq", ".amazonq", ".kiro"})


def claims(page: Page) -> bool:
    """A JSON file in a folder of agents, or the older list of servers."""
    folder = page.parts[-3:-1]
    agents = len(folder) == 2 and folder[0] in _FOLDERS and folder[1] in ("cli-agents", "agents")
    return agents or clients.tail(page, *_LEGACY) is not None


def read(page: Page, into: Rows) -> None:
    """An agent with its servers; servers of the older file belong to the client itself."""
    legacy = clients.tail(page, *_LEGACY)
    if legacy is not None:
        prefix = legacy
    else:
        parts = page.parts
        cut = len(parts) - (4 if parts[-3] == "amazonq" and parts[-4:-3] == (".aws",) else 3)
        prefix = "/".join(page.path.parts[:cut])
    client = "kiro" if page.parts[-3] == ".kiro" else "amazon-q"
    sheet = Sheet(page, into, client, prefix, clients.layer_of(page, "either", prefix))
    document = parsed(sheet)
    if legacy is not None:
        user = writing.agent(sheet)
        sheet.own("", user)
        writing.servers(sheet, document.get("mcpServers"), "/mcpServers", user)
    else:
        _agent(sheet, document)
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "permissions", "credentials")


def _selection(tools: tuple[str, ...], whole: bool) -> dict[str, Any]:
    """How it comes by its tools: a list that breaks off may still say that it takes all."""
    if "*" not in tools and not whole:
        return {}
    return {"selection": "free" if "*" in tools else "allow-list", "selection_basis": "kind"}


def _agent(sheet: Sheet, document: Mapping[str, Any]) -> None:
    given, model = document.get("name"), document.get("model")
    name = given if isinstance(given, str) and given else sheet.page.path.stem
    tools = texts(document.get("tools"))
    user = writing.agent(
        sheet,
        "",
        name,
        "agent",
        model=model if isinstance(model, str) else None,
        **_selection(tools, whole=not sheet.unfinished),
    )
    sheet.own("", user)
    listed = document.get("mcpServers")
    found = writing.servers(sheet, listed, "/mcpServers", user, name)
    for n, tool in enumerate(tools):
        if any(one.name == tool for one in sheet.client.tools) or tool == "*":
            for one in sheet.client.tools:
                if tool in ("*", one.name):
                    writing.builtin(sheet, f"/tools/{n}", user, one.name)
        elif tool.startswith("@"):
            server, _, operation = tool[1:].partition("/")
            if server in found and operation and "*" not in operation:
                writing.operation(sheet, found[server], operation, f"/tools/{n}", enabled=True)
    writing.permissions(sheet, "allow", document.get("allowedTools"), "/allowedTools", user)
    _patterns(sheet, document.get("toolsSettings"), user)
    hooks = document.get("hooks")
    for event, commands in hooks.items() if isinstance(hooks, Mapping) else ():
        for n, hook in enumerate(commands if isinstance(commands, list) else ()):
            if isinstance(hook, Mapping) and isinstance(hook.get("command"), str):
                writing.permission(sheet, "hook", hook["command"], f"/hooks/{event}/{n}/command", user)


def _patterns(sheet: Sheet, settings: Any, user: str) -> None:
    """Commands of a tool that need no question, or are refused."""
    for tool, given in settings.items() if isinstance(settings, Mapping) else ():
        for key, effect in _COMMANDS if isinstance(given, Mapping) else ():
            for at, pattern in placed(given.get(key), f"/toolsSettings/{escaped(str(tool))}/{key}"):
                writing.permission(sheet, effect, f"{tool}({pattern})", at, user)
