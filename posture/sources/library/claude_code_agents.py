"""Claude Code's subagents: tools, mode and servers in front matter, and a prompt below it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posture.sources.agents import clients, literals, opening, writing
from posture.sources.agents.clients import Owned
from posture.sources.agents.hooks import hooks
from posture.sources.agents.server import placed, read_entry
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="claude-code-agents",
    title="Claude Code: subagents",
    feeds=("agents", "tools", "permissions", "credentials", "links", "exposures"),
    by_hand="Markdown files in .claude/agents of a home, project or plug-in",
    blind="subagents, what each may use, and secrets in their prompts",
    ends=(".md",),
    rank=30,
)

_TOOL = re.compile(r"(?P<name>[A-Za-z][\w-]*)(?:\((?P<inside>.*)\))?")


def claims(page: Page) -> bool:
    """A Markdown file below an `agents` folder of Claude Code."""
    return _found(page) is not None


def _found(page: Page) -> Owned | None:
    parts = page.parts
    for n in range(len(parts) - 2):
        if parts[n : n + 2] == (".claude", "agents"):
            prefix = "/".join(page.path.parts[:n])
            return Owned("claude-code", clients.layer_of(page, "either", prefix), prefix)
        if parts[n : n + 2] == (".claude", "plugins") and parts[-2] == "agents":
            return Owned("claude-code", "user", "/".join(page.path.parts[:n]))
    return None


def read(page: Page, into: Rows) -> None:
    """One subagent; without a `tools` key it inherits everything that its parent may use."""
    found = _found(page) or Owned("claude-code", "project", "")
    sheet = Sheet(page, into, "claude-code", found.prefix, found.layer)
    given, matter = opening.front(sheet)
    name = given.get("name")
    name = name if isinstance(name, str) and name else page.path.stem
    parent = writing.agent(sheet)
    model = given.get("model")
    tools = given.get("tools")
    key = writing.agent(
        sheet,
        "",
        name,
        "subagent",
        model=model if isinstance(model, str) else None,
        selection="allow-list" if tools is not None else "free",
        selection_basis="kind",
    )
    sheet.own("", key)
    sheet.put("links", "", kind="delegates", from_=parent, to=key, because="a subagent of the client")
    _tools(sheet, key, tools, given.get("disallowedTools"))
    mode = given.get("permissionMode")
    if isinstance(mode, str):
        writing.permission(sheet, "mode", mode, "/permissionMode", key)
    hooks(sheet, given.get("hooks"), key)
    _servers(sheet, key, given.get("mcpServers"))
    literals.document(sheet, given)
    literals.text(sheet, matter.body, matter.body_line, "prompt", key)
    writing.covered(sheet, "agents", "credentials")


def _tools(sheet: Sheet, key: str, tools: Any, without: Any) -> None:
    """What it may use: what it names, or all that its parent has, less what it gives up."""
    refused = {rule for _place, rule in placed(without, "/disallowedTools")}
    if tools is None:
        for tool in sheet.client.tools:
            if tool.name not in refused:
                writing.builtin(sheet, "", key, tool.name)
        return
    for place, rule in placed(tools, "/tools"):
        found = _TOOL.match(rule)
        name = found["name"] if found else rule
        if name.startswith("mcp__"):
            server, _, operation = name.removeprefix("mcp__").partition("__")
            offered = writing.tool_key(sheet, server)
            sheet.put(
                "links",
                place,
                kind="uses-tool",
                from_=key,
                to=offered,
                because="its front matter names the server",
            )
            if operation and "*" not in operation:
                writing.operation(sheet, offered, operation, place)
        elif any(tool.name == name for tool in sheet.client.tools):
            writing.builtin(sheet, place, key, name)


def _servers(sheet: Sheet, key: str, given: Any) -> None:
    """Names of servers that another file configures, or entries of the subagent's own."""
    if isinstance(given, str):
        given = [word.strip() for word in given.split(",")]
    if isinstance(given, Mapping):
        writing.servers(sheet, given, "/mcpServers", key)
        return
    for n, one in enumerate(given if isinstance(given, list) else ()):
        at = f"/mcpServers/{n}"
        if isinstance(one, str):
            sheet.put(
                "links",
                at,
                kind="uses-tool",
                from_=key,
                to=writing.tool_key(sheet, one),
                because="its front matter names the server",
            )
        elif (
            isinstance(one, Mapping)
            and isinstance(one.get("name"), str)
            and ("url" in one or "command" in one)
        ):
            record = read_entry(one["name"], at, one)
            if record is not None:
                writing.server(sheet, record, key, one)
        elif isinstance(one, Mapping):
            writing.servers(sheet, one, at, key)
        else:
            sheet.problem(at, "is no server")
