"""Gemini CLI's subagents: local ones with tools, remote ones with a card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.sources.agents import clients, ends, literals, opening, outside, writing
from posture.sources.agents.frameworks import text
from posture.sources.agents.remote import remotes
from posture.sources.agents.server import placed
from posture.sources.agents.sheet import Sheet, strings
from posture.sources.contract import Page, Rows, Source
from posture.sources.secrets import references

SOURCE = Source(
    id="gemini-cli-agents",
    title="Gemini CLI: subagents",
    feeds=("agents", "tools", "systems", "credentials", "links", "references"),
    by_hand="Markdown files in .gemini/agents of a home or project",
    blind="subagents of Gemini CLI, remote ones too",
    ends=(".md",),
    rank=30,
)


def claims(page: Page) -> bool:
    """A Markdown file in `.gemini/agents`."""
    return page.parts[-3:-1] == (".gemini", "agents")


def read(page: Page, into: Rows) -> None:
    """One subagent; a value that starts with `!` is a command and is never run."""
    prefix = "/".join(page.path.parts[:-3])
    sheet = Sheet(page, into, "gemini-cli", prefix, clients.layer_of(page, "either", prefix))
    given, matter = opening.front(sheet)
    parent = writing.agent(sheet)
    name = text(given.get("name")) or page.path.stem
    user = writing.agent(sheet, "", name, "subagent", model=text(given.get("model")), endpoint=_remote(given))
    sheet.own("", user)
    sheet.put("links", "", kind="delegates", from_=parent, to=user, because="a subagent of the client")
    _tools(sheet, user, given)
    for key in ("agent_card_url", "auth"):
        for at, value in strings(given.get(key), f"/{key}"):
            for remote in remotes(value):
                ends.remote_system(sheet, at, remote, user)
            for one in references(value):
                if one.form in ("dollar", "braces"):
                    outside.refer(sheet, at, one.name, one.form, user, True)
    literals.document(sheet, given)
    literals.text(sheet, matter.body, matter.body_line, "prompt", user)
    writing.covered(sheet, "agents", "credentials")


def _remote(given: Mapping[str, Any]) -> str | None:
    url = text(given.get("agent_card_url"))
    found = next(iter(remotes(url)), None) if url else None
    return found.end if found else None


def _tools(sheet: Sheet, user: str, given: Mapping[str, Any]) -> None:
    if given.get("kind") == "remote":
        return
    tools = given.get("tools")
    for tool in sheet.client.tools:
        if tools is None or any(name in ("*", tool.name) for _at, name in placed(tools, "/tools")):
            writing.builtin(sheet, "/tools", user, tool.name)
    listed = given.get("mcpServers", given.get("mcp_servers"))
    if isinstance(listed, Mapping):
        writing.servers(
            sheet, listed, "/mcpServers", user, f"subagent {text(given.get('name')) or ''}".strip()
        )
