"""Claude Desktop: the tool servers that it starts."""

from __future__ import annotations

from posture.sources.agents.clients import owned
from posture.sources.agents.opening import servers_of
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="claude-desktop",
    title="Claude Desktop",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures", "references"),
    by_hand="claude_desktop_config.json in the application's folder of a home",
    blind="tool servers of Claude Desktop and the secrets in their configuration",
    ends=(".json",),
    rank=30,
)


def claims(page: Page) -> bool:
    """Its file, by name."""
    return owned(page, "claude-desktop")


def read(page: Page, into: Rows) -> None:
    """One server per entry."""
    servers_of(page, into)
