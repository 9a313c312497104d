"""Cursor: tool servers of a user or of a project."""

from __future__ import annotations

from posture.sources.agents.clients import owned
from posture.sources.agents.opening import servers_of
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="cursor",
    title="Cursor",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures", "permissions", "references"),
    by_hand="~/.cursor/mcp.json, and .cursor/mcp.json in projects",
    blind="tool servers of Cursor and the secrets in their configuration",
    ends=(".json",),
    rank=30,
)


def claims(page: Page) -> bool:
    """Its file, by the end of the path."""
    return owned(page, "cursor")


def read(page: Page, into: Rows) -> None:
    """One server per entry."""
    servers_of(page, into)
