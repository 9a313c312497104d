"""Codex CLI: tool servers, model providers, approval policy, sandbox, and trusted projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from posture.sources.agents import clients, ends, literals, outside, writing
from posture.sources.agents.opening import parsed
from posture.sources.agents.remote import remotes
from posture.sources.agents.server import entries, escaped, placed, read_entry
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="codex-cli",
    title="Codex CLI",
    feeds=("agents", "tools", "permissions", "safeguards", "credentials", "systems", "links", "exposures"),
    by_hand="~/.codex/config.toml, its profiles, and .codex/config.toml in projects",
    blind="tool servers of Codex, its approvals and sandbox, and the secrets in them",
    ends=("config.toml",),
    rank=30,
)


def claims(page: Page) -> bool:
    """config.toml, or a profile, in a `.codex` folder; the system's in `codex`."""
    name = page.parts[-1]
    if name != "config.toml" and not name.endswith(".config.toml"):
        return False
    return page.parts[-2:-1] == (".codex",) or page.parts[-3:-1] == ("etc", "codex")


def read(page: Page, into: Rows) -> None:
    """Servers, references by name only, approvals and sandbox, profiles below them."""
    depth = 2 if page.parts[-2] == ".codex" else 3
    prefix = "/".join(page.path.parts[:-depth])
    layer = clients.layer_of(page, "either" if depth == 2 else "managed", prefix)
    sheet = Sheet(page, into, "codex-cli", prefix, layer)
    document = parsed(sheet)
    model = document.get("model")
    user = writing.agent(sheet, model=model if isinstance(model, str) else None)
    sheet.own("", user)
    profile = page.path.name.removesuffix(".config.toml") if page.parts[-1] != "config.toml" else ""
    _servers(sheet, document, user, f"profile {profile}" if profile else "")
    _providers(sheet, document.get("model_providers"), user)
    _modes(sheet, document, "", user)
    profiles = document.get("profiles")
    for name, block in profiles.items() if isinstance(profiles, Mapping) else ():
        if isinstance(block, Mapping):
            _modes(sheet, block, f"/profiles/{escaped(str(name))}", user)
    projects = document.get("projects")
    for path, block in projects.items() if isinstance(projects, Mapping) else ():
        if isinstance(block, Mapping) and block.get("trust_level") == "trusted":
            writing.permission(sheet, "trust", str(path), f"/projects/{escaped(str(path))}/trust_level", user)
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "permissions", "credentials")


def _servers(sheet: Sheet, document: Mapping[str, Any], user: str, qualifier: str) -> None:
    listed = document.get("mcp_servers")
    if listed is not None and not isinstance(listed, Mapping):
        sheet.problem("/mcp_servers", "is no table of servers")
        return
    for name, at, entry in entries(listed, "/mcp_servers"):
        record = read_entry(name, at, entry)
        if record is None:
            sheet.problem(at, "is no entry of a server")
            continue
        key = writing.server(sheet, replace(record, qualifier=qualifier), user, entry)
        if isinstance(entry.get("bearer_token_env_var"), str):
            outside.refer(
                sheet, f"{at}/bearer_token_env_var", entry["bearer_token_env_var"], "variable-name", key, True
            )
        names = entry.get("env_http_headers")
        for header, variable in names.items() if isinstance(names, Mapping) else ():
            if isinstance(variable, str):
                outside.refer(
                    sheet, f"{at}/env_http_headers/{escaped(str(header))}", variable, "variable-name", key
                )
        variables = entry.get("env_vars")
        for n, one in enumerate(variables if isinstance(variables, list) else ()):
            variable = one.get("name") if isinstance(one, Mapping) else one
            if isinstance(variable, str):
                outside.refer(sheet, f"{at}/env_vars/{n}", variable, "variable-name", key)
        mode = entry.get("default_tools_approval_mode")
        if isinstance(mode, str):
            writing.permission(sheet, "mode", mode, f"{at}/default_tools_approval_mode", user, key)
        _tools(sheet, entry.get("tools"), f"{at}/tools", user, key)


def _tools(sheet: Sheet, given: Any, at: str, user: str, server: str) -> None:
    """What is said of single operations beats what is said of their server."""
    for name, block in given.items() if isinstance(given, Mapping) else ():
        mode = block.get("approval_mode") if isinstance(block, Mapping) else None
        place = f"{at}/{escaped(str(name))}/approval_mode"
        if mode == "approve":
            writing.approved(sheet, place, str(name), user, server)
        elif mode == "prompt":
            writing.permission(sheet, "ask", str(name), place, user, server)


def _providers(sheet: Sheet, given: Any, user: str) -> None:
    for name, block in given.items() if isinstance(given, Mapping) else ():
        at = f"/model_providers/{escaped(str(name))}"
        if not isinstance(block, Mapping):
            continue
        if isinstance(block.get("base_url"), str):
            for remote in remotes(block["base_url"]):
                ends.remote_system(sheet, f"{at}/base_url", remote, user)
        if isinstance(block.get("env_key"), str):
            outside.refer(sheet, f"{at}/env_key", block["env_key"], "variable-name", user, True)
        names = block.get("env_http_headers")
        for header, variable in names.items() if isinstance(names, Mapping) else ():
            if isinstance(variable, str):
                outside.refer(
                    sheet, f"{at}/env_http_headers/{escaped(str(header))}", variable, "variable-name", user
                )


def _modes(sheet: Sheet, holder: Mapping[str, Any], at: str, user: str) -> None:
    policy = holder.get("approval_policy")
    if isinstance(policy, str):
        writing.permission(sheet, "mode", policy, f"{at}/approval_policy", user)
    elif isinstance(policy, Mapping):
        writing.permission(sheet, "mode", "granular", f"{at}/approval_policy", user)
    sandbox = holder.get("sandbox_mode")
    write = holder.get("sandbox_workspace_write")
    network = write.get("network_access") if isinstance(write, Mapping) else None
    if isinstance(sandbox, str):
        writing.permission(sheet, "sandbox", sandbox, f"{at}/sandbox_mode", user)
    if network is True:
        writing.permission(sheet, "sandbox", "network", f"{at}/sandbox_workspace_write/network_access", user)
    if isinstance(sandbox, str) and not at:
        off = sandbox == "danger-full-access"
        sheet.put(
            "safeguards",
            f"{at}/sandbox_mode",
            subject=user,
            kind="sandbox",
            mode="off" if off else "enforce",
            egress="open" if off or network is True else None if sheet.unfinished else "closed",
            evidence=f"sandbox_mode {sandbox}",
        )
    for place, rule in placed(holder.get("trusted_commands"), f"{at}/trusted_commands"):
        writing.permission(sheet, "allow", rule, place, user)
