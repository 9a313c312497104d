"""Tool servers in a file that no client's path decides: the shape is known, the client is not."""

from __future__ import annotations

import re

from posture.sources.agents import clients
from posture.sources.agents.opening import servers_of
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="mcp-config",
    title="MCP client configuration of an unknown client",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures", "references"),
    by_hand="any JSON file that lists mcpServers, such as mcp.json beside an agent",
    blind="tool servers of clients that no path tells, and the secrets in their configuration",
    ends=(".json", ".jsonc", ".json5"),
    rank=60,
)

_SHAPE = re.compile(rb'"(?:(?:amp\.)?mcpServers|context_servers)"\s*:\s*\{')
_CLAIMED = frozenset({".claude.json", "plugin.json", "gemini-extension.json", "settings.local.json"})
_SETTLED = frozenset({".claude", ".vscode", "machine", "code", "code - insiders", "vscodium"})
"""Folders whose settings are another reader's, also where they hold no servers under this name."""


def claims(page: Page) -> bool:
    """The shape of a map of servers, in a file that no other reader takes by its path."""
    name = page.parts[-1]
    if name in _CLAIMED or clients.owner(page) is not None:
        return False
    above = page.parts[:-1]
    if name in ("settings.json", "settings.jsonc") and above[-1:] in (("amp",), (".amp",)):
        return False
    if {"amazonq", ".amazonq", "mcpservers"} & set(above) or {".kiro", "agents"} <= set(above):
        return False
    if name == "settings.json" and _SETTLED & {*above[-2:], *above[-4:-3]}:
        return False
    if page.data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "mcpServers" in page.text
    return _SHAPE.search(page.data) is not None


def read(page: Page, into: Rows) -> None:
    """One server per entry."""
    text = page.data.replace(b"\0", b"")
    names = ("mcpServers", "amp.mcpServers", "context_servers")
    servers_of(page, into, next((name for name in names if f'"{name}"'.encode() in text), names[0]))
