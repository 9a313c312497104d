"""Amp: tool servers in its settings, and what it may do unasked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.sources.agents import clients, literals, writing
from posture.sources.agents.opening import parsed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="amp",
    title="Amp",
    feeds=("agents", "tools", "permissions", "credentials", "systems", "links", "exposures", "references"),
    by_hand="settings.json in ~/.config/amp, and in .amp of projects",
    blind="tool servers of Amp, its permissions, and the secrets in them",
    ends=(".json", ".jsonc"),
    rank=30,
)

_ENDS = (
    ".config/amp/settings.json",
    ".config/amp/settings.jsonc",
    ".amp/settings.json",
    ".amp/settings.jsonc",
)
_ACTIONS = {"allow": "allow", "ask": "ask", "reject": "deny", "deny": "deny"}


def claims(page: Page) -> bool:
    """Its settings, by the end of the path."""
    return clients.tail(page, *_ENDS) is not None


def read(page: Page, into: Rows) -> None:
    """One server per entry, one rule per permission; the first that fits decides."""
    prefix = clients.tail(page, *_ENDS) or ""
    sheet = Sheet(page, into, "amp", prefix, clients.layer_of(page, "either", prefix))
    document = parsed(sheet)
    user = writing.agent(sheet)
    sheet.own("", user)
    writing.servers(sheet, document.get("amp.mcpServers"), "/amp.mcpServers", user)
    _permissions(sheet, document.get("amp.permissions"), user)
    if document.get("amp.dangerouslyAllowAll") is True:
        writing.permission(sheet, "mode", "dangerouslyAllowAll", "/amp.dangerouslyAllowAll", user)
    writing.permissions(sheet, "deny", document.get("amp.tools.disable"), "/amp.tools.disable", user)
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "permissions", "credentials")


def _permissions(sheet: Sheet, given: Any, user: str) -> None:
    for n, rule in enumerate(given if isinstance(given, list) else ()):
        at = f"/amp.permissions/{n}"
        tool = rule.get("tool") if isinstance(rule, Mapping) else None
        if not isinstance(tool, str):
            sheet.problem(at, "is no rule with a tool")
            continue
        effect = _ACTIONS.get(str(rule.get("action")))
        matches = rule.get("matches")
        patterns = [str(one) for one in matches.values()] if isinstance(matches, Mapping) else []
        if effect is not None:
            shown = f"{tool}({', '.join(patterns)})" if patterns else tool
            writing.permission(sheet, effect, shown, at, user)
