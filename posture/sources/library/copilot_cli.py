"""Copilot CLI: tool servers of a user, and the folders that it trusts."""

from __future__ import annotations

from posture.sources.agents import clients, literals, writing
from posture.sources.agents.opening import parsed, servers_of
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="copilot-cli",
    title="Copilot CLI",
    feeds=("agents", "tools", "permissions", "credentials", "systems", "links", "exposures", "references"),
    by_hand="mcp-config.json and config.json in ~/.copilot",
    blind="tool servers of Copilot's command line, and the secrets in their configuration",
    ends=(".json",),
    rank=30,
)

_SETTINGS = ".copilot/config.json"
_RULES = (("trust", "trusted_folders"), ("allow", "allowed_urls"), ("deny", "denied_urls"))


def claims(page: Page) -> bool:
    """Its files, by the end of the path."""
    return clients.owned(page, "copilot") or clients.tail(page, _SETTINGS) is not None


def read(page: Page, into: Rows) -> None:
    """One server per entry, or the folders and addresses that nobody is asked about."""
    prefix = clients.tail(page, _SETTINGS)
    if prefix is None:
        servers_of(page, into)
        return
    sheet = Sheet(page, into, "copilot", prefix)
    document = parsed(sheet)
    user = writing.agent(sheet)
    sheet.own("", user)
    for effect, key in _RULES:
        writing.permissions(sheet, effect, document.get(key), f"/{key}", user)
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "permissions", "credentials")
