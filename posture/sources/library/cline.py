"""Cline and its sibling Roo: tool servers, in the editor's storage or in a folder of their own."""

from __future__ import annotations

from posture.sources.agents.clients import owned
from posture.sources.agents.opening import servers_of
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="cline",
    title="Cline",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures", "permissions", "references"),
    by_hand="cline_mcp_settings.json in the editor's global storage or in ~/.cline/data/settings",
    blind="tool servers of Cline and the secrets in their configuration",
    ends=(".json",),
    rank=30,
)


def claims(page: Page) -> bool:
    """Its file, by name."""
    return owned(page, "cline")


def read(page: Page, into: Rows) -> None:
    """One server per entry; an address without a type is an event stream."""
    servers_of(page, into, url_alone="sse")
