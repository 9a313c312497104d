"""Claude Code's settings: permission rules, mode, sandbox, hooks, environment and helper programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.sources.agents import clients, literals, outside, writing
from posture.sources.agents.clients import Layer
from posture.sources.agents.hooks import hooks
from posture.sources.agents.opening import parsed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="claude-code-settings",
    title="Claude Code: settings",
    feeds=("agents", "tools", "permissions", "safeguards", "credentials", "links", "exposures"),
    by_hand="settings.json and settings.local.json in .claude of a home or project; managed-settings.json",
    blind="what Claude Code may do unasked, its sandbox, and the secrets in its environment and rules",
    ends=(".json",),
    rank=30,
)

_ENDS: tuple[tuple[str, str], ...] = (
    (".claude/settings.local.json", "local"),
    (".claude/settings.json", "either"),
    ("managed-settings.json", "managed"),
)
_DROPPED = "managed-settings.d"
"""A folder whose files are read beside managed-settings.json."""
_SERVER_LISTS = (
    ("approve", "enabledMcpjsonServers"),
    ("reject", "disabledMcpjsonServers"),
    ("approve", "allowedMcpServers"),
    ("reject", "deniedMcpServers"),
)


def claims(page: Page) -> bool:
    """Its files, by the end of the path."""
    return _found(page) is not None


def _found(page: Page) -> tuple[str, Layer] | None:
    if page.parts[-2:-1] == (_DROPPED,):
        return "/".join(page.path.parts[:-2]), "managed"
    for end, layer in _ENDS:
        prefix = clients.tail(page, end)
        if prefix is not None:
            return prefix, clients.layer_of(page, layer, prefix)
    return None


def read(page: Page, into: Rows) -> None:
    """Rules as written; what they come to beside the other files is decided on the whole estate."""
    prefix, layer = _found(page) or ("", "user")
    sheet = Sheet(page, into, "claude-code", "" if layer == "managed" else prefix, layer)
    document = parsed(sheet)
    user = writing.agent(sheet)
    sheet.own("", user)
    _permissions(sheet, document.get("permissions"), user)
    if document.get("enableAllProjectMcpServers") is True:
        writing.permission(sheet, "approve", "*", "/enableAllProjectMcpServers", user)
    for effect, key in _SERVER_LISTS:
        _servers(sheet, effect, document.get(key), f"/{key}", user)
    writing.servers(sheet, document.get("managedMcpServers"), "/managedMcpServers", user, "managed")
    writing.servers(sheet, document.get("mcpServers"), "/mcpServers", user, "settings")
    hooks(sheet, document.get("hooks"), user)
    for key in ("apiKeyHelper", "awsCredentialExport", "awsAuthRefresh", "otelHeadersHelper"):
        if isinstance(document.get(key), str):
            outside.refer(sheet, f"/{key}", key, "helper", user, secret=key != "awsAuthRefresh")
    env = document.get("env")
    if isinstance(env, Mapping):
        outside.stored(sheet, env, "/env")
        outside.identities(
            sheet, user, "/env", {str(k): v for k, v in env.items() if isinstance(v, str)}, (), "/env"
        )
    _sandbox(sheet, document.get("sandbox"), user)
    literals.document(sheet, document)
    writing.covered(sheet, "permissions", "credentials")


def _permissions(sheet: Sheet, given: Any, user: str) -> None:
    if given is None:
        return
    if not isinstance(given, Mapping):
        sheet.problem("/permissions", "is no map of rules")
        return
    for effect in ("allow", "ask", "deny"):
        rules = writing.permissions(sheet, effect, given.get(effect), f"/permissions/{effect}", user)
        if effect == "deny":
            for rule in rules:
                _denied(sheet, user, rule)
    mode = given.get("defaultMode")
    if isinstance(mode, str):
        writing.permission(sheet, "mode", mode, "/permissions/defaultMode", user)
    if given.get("disableBypassPermissionsMode") == "disable":
        writing.permission(
            sheet, "deny", "bypassPermissions", "/permissions/disableBypassPermissionsMode", user
        )


def _denied(sheet: Sheet, user: str, rule: str) -> None:
    """A tool that is denied whole is off, whatever another file allows: deny beats all else."""
    name = rule.removesuffix("(*)").removesuffix("(**)")
    if any(tool.name == name for tool in sheet.client.tools):
        writing.builtin(sheet, "/permissions/deny", user, name, enabled=False)
    elif name.startswith("mcp__"):
        server, _, operation = name.removeprefix("mcp__").partition("__")
        if server and operation and "*" not in operation:
            writing.operation(
                sheet, writing.tool_key(sheet, server), operation, "/permissions/deny", enabled=False
            )


def _servers(sheet: Sheet, effect: str, given: Any, at: str, user: str) -> None:
    if not isinstance(given, list):
        return
    for n, one in enumerate(given):
        if isinstance(one, str):
            writing.permission(sheet, effect, one, f"{at}/{n}", user)
        elif isinstance(one, Mapping):
            for key in ("serverName", "serverCommand", "serverUrl"):
                value = one.get(key)
                if isinstance(value, str | list):
                    shown = value if isinstance(value, str) else " ".join(str(word) for word in value)
                    writing.permission(sheet, effect, shown, f"{at}/{n}/{key}", user)


def _sandbox(sheet: Sheet, given: Any, user: str) -> None:
    if not isinstance(given, Mapping) or not isinstance(given.get("enabled"), bool):
        return
    on = given["enabled"]
    network = given.get("network")
    domains = network.get("allowedDomains") if isinstance(network, Mapping) else None
    writing.permission(sheet, "sandbox", "on" if on else "off", "/sandbox/enabled", user)
    sheet.put(
        "safeguards",
        "/sandbox/enabled",
        subject=user,
        kind="sandbox",
        mode="enforce" if on else "off",
        egress=("limited" if domains else "closed")
        if on and isinstance(domains, list) and "/sandbox" not in sheet.unfinished
        else None
        if on
        else "open",
        evidence="sandbox.enabled",
    )
