"""Gemini CLI: tool servers, which of them may connect, and what it may do unasked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posture.sources.agents import clients, literals, outside, writing
from posture.sources.agents.opening import parsed
from posture.sources.agents.server import entries, read_entry
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="gemini-cli",
    title="Gemini CLI",
    feeds=("agents", "tools", "permissions", "credentials", "systems", "identities", "links", "exposures"),
    by_hand="~/.gemini/settings.json, .gemini/settings.json in projects, gemini-extension.json of extensions",
    blind="tool servers of Gemini CLI, its permissions, and the secrets in them",
    ends=(".json",),
    rank=30,
)

_CLASSES = {
    "run_shell_command": "ShellTool", "read_file": "ReadFileTool",
    "write_file": "WriteFileTool|EditTool|replace", "web_fetch": "WebFetchTool",
}  # fmt: skip
"""How older lists call what the client brings along."""


def claims(page: Page) -> bool:
    """Its files, by the end of the path."""
    name = page.parts[-1]
    return name == "gemini-extension.json" or (
        name in ("settings.json", "system-defaults.json") and clients.owned(page, "gemini-cli")
    )


def read(page: Page, into: Rows) -> None:
    """One server per entry; `mcp.allowed` and `mcp.excluded` switch the others off."""
    extension = page.parts[-1] == "gemini-extension.json"
    found = clients.owner(page)
    if extension:
        lower = page.parts
        n = lower.index(".gemini") if ".gemini" in lower else max(len(lower) - 1, 0)
        sheet = Sheet(page, into, "gemini-cli", "/".join(page.path.parts[:n]), "user")
    else:
        sheet = Sheet(
            page, into, "gemini-cli", found.prefix if found else "", found.layer if found else "user"
        )
    document = parsed(sheet)
    qualifier = f"extension {document.get('name') or page.path.parent.name}" if extension else ""
    user = writing.agent(sheet)
    sheet.own("", user)
    _servers(sheet, document, user, qualifier)
    _permissions(sheet, document, user)
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "permissions", "credentials")


def _servers(sheet: Sheet, document: Mapping[str, Any], user: str, qualifier: str) -> None:
    rules = document.get("mcp")
    allowed = rules.get("allowed") if isinstance(rules, Mapping) else None
    excluded = rules.get("excluded") if isinstance(rules, Mapping) else None
    if "/mcp/allowed" in sheet.unfinished:
        # A server that it lacks so far may follow behind the fault.
        allowed = None
    listed = document.get("mcpServers")
    if listed is not None and not isinstance(listed, Mapping):
        sheet.problem("/mcpServers", "is no map of servers")
        return
    for name, at, entry in entries(listed, "/mcpServers"):
        record = read_entry(name, at, entry, "sse")
        if record is None:
            sheet.problem(at, "is no entry of a server")
            continue
        off = (isinstance(allowed, list) and name not in allowed) or (
            isinstance(excluded, list) and name in excluded
        )
        key = writing.server(sheet, record, user, entry, qualifier, enabled=record.enabled and not off)
        if entry.get("trust") is True:
            writing.permission(sheet, "trust", name, f"{at}/trust", user, key)
        target = entry.get("targetServiceAccount")
        if isinstance(target, str) and "@" in target:
            outside.account(sheet, key, f"{at}/targetServiceAccount", target)


def _permissions(sheet: Sheet, document: Mapping[str, Any], user: str) -> None:
    tools = document.get("tools")
    if isinstance(tools, Mapping):
        for effect, key in (("allow", "allowed"), ("deny", "exclude")):
            writing.permissions(sheet, effect, tools.get(key), f"/tools/{key}", user)
        core = tools.get("core")
        if isinstance(core, list) and "/tools/core" not in sheet.unfinished:
            _only(sheet, user, " ".join(name for name in core if isinstance(name, str)))
        sandbox = tools.get("sandbox")
        if isinstance(sandbox, bool | str):
            _sandbox(sheet, user, sandbox)
    for effect, key in (("allow", "allowedTools"), ("deny", "excludeTools")):
        writing.permissions(sheet, effect, document.get(key), f"/{key}", user)
    general = document.get("general")
    for holder, at in ((document, ""), (general, "/general"), (tools, "/tools")):
        mode = (
            holder.get("defaultApprovalMode", holder.get("approvalMode"))
            if isinstance(holder, Mapping)
            else None
        )
        if isinstance(mode, str) and isinstance(holder, Mapping):
            key = "defaultApprovalMode" if "defaultApprovalMode" in holder else "approvalMode"
            writing.permission(sheet, "mode", mode, f"{at}/{key}", user)


def _only(sheet: Sheet, user: str, named: str) -> None:
    """What the client brings along is off where a list of what it may use lacks it."""
    for tool in sheet.client.tools:
        if not re.search(rf"\b(?:{tool.name}|{_CLASSES.get(tool.name, tool.name)})\b", named):
            writing.builtin(sheet, "/tools/core", user, tool.name, enabled=False)


def _sandbox(sheet: Sheet, user: str, given: bool | str) -> None:
    on = given is True or (isinstance(given, str) and given.lower() not in ("", "false", "none"))
    writing.permission(sheet, "sandbox", "on" if on else "off", "/tools/sandbox", user)
    sheet.put(
        "safeguards",
        "/tools/sandbox",
        subject=user,
        kind="sandbox",
        mode="enforce" if on else "off",
        evidence="tools.sandbox",
    )
