"""Flowise: exported flows with the agents in them, what is wired to them and the credentials they name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.sources.agents import frameworks, writing
from posture.sources.agents.endpoints import endpoints
from posture.sources.agents.frameworks import below, drawn, text, wire
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="flowise",
    title="Flowise flows",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures"),
    by_hand="the export of a chatflow or an agentflow from Flowise's canvas",
    blind="agents built in Flowise, their tools and servers, and secrets in their exports",
    ends=(".json",),
    rank=40,
)

_STORED = "FLOWISE_CREDENTIAL_ID"
_MARKS = (b'Agentflow"', b'"baseClasses"', _STORED.encode())
_AGENT_TYPES = frozenset({"Agents", "Agent"})
_SERVER_TOOL = "mcp"


def claims(page: Page) -> bool:
    """JSON with nodes and edges, of the kinds that Flowise draws."""
    data = page.data
    return b'"nodes"' in data and b'"edges"' in data and any(mark in data for mark in _MARKS)


def read(page: Page, into: Rows) -> None:
    """One agent per node that is one: older flows wire tools to it, newer ones list them inside."""
    sheet, document = frameworks.opened(page, into, "flowise")
    nodes = dict(drawn(sheet, document.get("nodes"), "/nodes"))
    agents = {ident: _agent(sheet, at, data) for ident, (at, data) in nodes.items() if _is_agent(data)}
    edges = document.get("edges")
    for edge in edges if isinstance(edges, list) else ():
        source, target = wire(edge)
        if source in nodes and target in agents and source not in agents:
            at, data = nodes[source]
            _wired(sheet, agents[target], at, data)
    frameworks.finished(sheet, document)


def _is_agent(data: Mapping[str, Any]) -> bool:
    return data.get("category") == "Agents" or (
        str(data.get("type")) in _AGENT_TYPES and str(data.get("name")) != "startAgentflow"
    )


def _agent(sheet: Sheet, at: str, data: Mapping[str, Any]) -> str:
    name = text(data.get("label")) or text(data.get("name")) or at
    inputs = below(data, "inputs")
    settings = below(inputs, "agentModelConfig")
    user = writing.agent(sheet, at, name, "framework-agent", model=text(settings.get("modelName")))
    sheet.own(at, user)
    _credential(sheet, user, at, data)
    _credential(sheet, user, f"{at}/inputs/agentModelConfig", settings)
    endpoints(sheet, settings, f"{at}/inputs/agentModelConfig", user)
    listed = inputs.get("agentTools")
    for n, one in enumerate(listed if isinstance(listed, list) else ()):
        tool = text(one.get("agentSelectedTool")) if isinstance(one, Mapping) else None
        if tool:
            place = f"{at}/inputs/agentTools/{n}"
            _tool(sheet, user, place, tool, below(one, "agentSelectedToolConfig"), "agentSelectedToolConfig")
    return user


def _wired(sheet: Sheet, user: str, at: str, data: Mapping[str, Any]) -> None:
    """A model belongs to the agent; all else that is wired to it is a tool, but for its memory."""
    classes = data.get("baseClasses")
    kinds = set(map(str, classes)) if isinstance(classes, list) else set()
    if data.get("category") == "Chat Models" or "BaseChatModel" in kinds:
        model = text(below(data, "inputs").get("modelName"))
        if model:
            sheet.put("agents", at, key=user, scope=sheet.scope, model=model)
        sheet.own(at, user)
        _credential(sheet, user, at, data)
        endpoints(sheet, data.get("inputs"), f"{at}/inputs", user)
    elif data.get("category") in ("Tools", "Tools (MCP)") or "Tool" in kinds:
        name = text(data.get("label")) or text(data.get("name")) or at
        _tool(sheet, user, at, name, below(data, "inputs"), "inputs", text(data.get("name")) or name)
        _credential(sheet, writing.tool_key(sheet, name), at, data)


def _tool(
    sheet: Sheet, user: str, at: str, name: str, settings: Mapping[str, Any], step: str, kind: str = ""
) -> None:
    written = settings.get("mcpServerConfig")
    if _SERVER_TOOL in (kind or name).lower() and written:
        sheet.own(at, user)
        frameworks.inlined(sheet, user, written, f"{at}/{step}/mcpServerConfig", name)
        return
    key = writing.tool_key(sheet, name)
    sheet.put("tools", at, key=key, scope=sheet.scope, name=name, kind="connector", package=kind or name)
    sheet.put("links", at, kind="uses-tool", from_=user, to=key, because="its flow names the tool")
    sheet.own(at, key)
    _credential(sheet, key, f"{at}/{step}", settings)
    endpoints(sheet, settings, f"{at}/{step}", key)


def _credential(sheet: Sheet, holder: str, at: str, settings: Mapping[str, Any]) -> None:
    """What Flowise keeps encrypted and a node names by its id."""
    for step in ("credential", _STORED):
        ident = text(settings.get(step))
        if ident:
            key = f"flowise:{sheet.root}:credential:{ident}"
            sheet.put(
                "credentials", f"{at}/{step}", key=key, scope=sheet.scope, provider="flowise", name=ident,
                store="vault", exposure="managed",
            )  # fmt: skip
            sheet.put(
                "links", f"{at}/{step}", kind="holds", from_=holder, to=key, because="its node names it"
            )
