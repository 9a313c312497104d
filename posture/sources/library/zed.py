"""Zed: context servers, and what its agent may do unasked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.sources.agents import clients, literals, writing
from posture.sources.agents.endpoints import endpoints
from posture.sources.agents.opening import parsed
from posture.sources.agents.server import Server, entries, escaped, read_entry
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="zed",
    title="Zed",
    feeds=("agents", "tools", "permissions", "credentials", "systems", "links", "exposures"),
    by_hand="~/.config/zed/settings.json, and .zed/settings.json in projects",
    blind="context servers of Zed, its agent's permissions, and the secrets in them",
    ends=("settings.json",),
    rank=30,
)


def claims(page: Page) -> bool:
    """Its settings, by the end of the path."""
    return page.parts[-1] == "settings.json" and clients.owned(page, "zed")


def read(page: Page, into: Rows) -> None:
    """Servers with a command or an address, and those that an extension brings."""
    found = clients.owner(page)
    sheet = Sheet(page, into, "zed", found.prefix if found else "", found.layer if found else "user")
    document = parsed(sheet)
    listed = document.get("context_servers")
    agent = document.get("agent", document.get("assistant"))
    user = writing.agent(sheet)
    sheet.own("", user)
    for name, at, entry in entries(listed, "/context_servers"):
        record = _record(name, at, entry)
        if record is None:
            sheet.problem(at, "is no entry of a server")
        else:
            writing.server(sheet, record, user, entry)
    if isinstance(agent, Mapping):
        _permissions(sheet, agent, user)
    endpoints(sheet, document.get("language_models"), "/language_models", user)
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "permissions", "credentials")


def _record(name: str, at: str, entry: Any) -> Server | None:
    if isinstance(entry, Mapping) and "command" not in entry and "url" not in entry:
        entry = {**entry, "type": "extension"}
    return read_entry(name, at, entry)


def _permissions(sheet: Sheet, agent: Mapping[str, Any], user: str) -> None:
    if agent.get("always_allow_tool_actions") is True:
        writing.permission(
            sheet, "mode", "always_allow_tool_actions", "/agent/always_allow_tool_actions", user
        )
    given = agent.get("tool_permissions")
    if not isinstance(given, Mapping):
        return
    if isinstance(given.get("default"), str):
        writing.permission(sheet, "mode", given["default"], "/agent/tool_permissions/default", user)
    tools = given.get("tools")
    for name, rules in tools.items() if isinstance(tools, Mapping) else ():
        at = f"/agent/tool_permissions/tools/{escaped(str(name))}"
        if not isinstance(rules, Mapping):
            sheet.problem(at, "is no map of rules")
            continue
        default = rules.get("default")
        if default in ("allow", "deny"):
            writing.permission(sheet, default, str(name), f"{at}/default", user)
        for effect, key in (("allow", "always_allow"), ("deny", "always_deny"), ("ask", "always_confirm")):
            for n, rule in enumerate(rules[key] if isinstance(rules.get(key), list) else ()):
                if isinstance(rule, Mapping) and isinstance(rule.get("pattern"), str):
                    writing.permission(
                        sheet, effect, f"{name}:{rule['pattern']}", f"{at}/{key}/{n}/pattern", user
                    )
                elif isinstance(rule, str):
                    writing.permission(sheet, effect, f"{name}:{rule}", f"{at}/{key}/{n}", user)
