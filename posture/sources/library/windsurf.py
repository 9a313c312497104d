"""Windsurf: tool servers of a user."""

from __future__ import annotations

from posture.sources.agents.clients import owned
from posture.sources.agents.opening import servers_of
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="windsurf",
    title="Windsurf",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures", "permissions", "references"),
    by_hand="~/.codeium/windsurf/mcp_config.json",
    blind="tool servers of Windsurf and the secrets in their configuration",
    ends=(".json",),
    rank=30,
)


def claims(page: Page) -> bool:
    """Its file, by the end of the path."""
    return owned(page, "windsurf")


def read(page: Page, into: Rows) -> None:
    """One server per entry."""
    servers_of(page, into)
