"""Kiro: tool servers of a user or of a project; its agents are written as Amazon Q's."""

from __future__ import annotations

from posture.sources.agents.clients import owned
from posture.sources.agents.opening import servers_of
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="kiro",
    title="Kiro",
    feeds=("agents", "tools", "permissions", "credentials", "systems", "links", "exposures", "references"),
    by_hand="mcp.json in .kiro/settings of a home or project",
    blind="tool servers of Kiro and the secrets in their configuration",
    ends=(".json",),
    rank=30,
)


def claims(page: Page) -> bool:
    """Its file, by the end of the path."""
    return owned(page, "kiro")


def read(page: Page, into: Rows) -> None:
    """One server per entry."""
    servers_of(page, into)
