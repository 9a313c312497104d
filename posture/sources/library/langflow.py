"""Langflow: exported flows with the agents in them, what is wired to them, and their keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.sources.agents import frameworks, outside, writing
from posture.sources.agents.frameworks import below, drawn, text, wire
from posture.sources.agents.server import escaped
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="langflow",
    title="Langflow flows",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures", "references"),
    by_hand="the export of a flow from Langflow",
    blind="agents built in Langflow, their tools and servers, and the keys in their exports",
    ends=(".json",),
    rank=40,
)


def claims(page: Page) -> bool:
    """JSON with nodes, edges, and a template of fields in each node."""
    data = page.data
    return all(mark in data for mark in (b'"nodes"', b'"edges"', b'"template"')) and (
        b'"load_from_db"' in data or b'"last_tested_version"' in data
    )


def read(page: Page, into: Rows) -> None:
    """One agent per node that is one; what is wired to its tools is a tool of it."""
    sheet, document = frameworks.opened(page, into, "langflow")
    graph = below(document, "data")
    nodes = dict(drawn(sheet, graph.get("nodes"), "/data/nodes"))
    agents = {ident: _agent(sheet, at, data) for ident, (at, data) in nodes.items() if _is_agent(data)}
    edges = graph.get("edges")
    for edge in edges if isinstance(edges, list) else ():
        source, target = wire(edge)
        field = below(edge, "data", "targetHandle").get("fieldName")
        if source in nodes and target in agents and field in ("tools", None):
            at, data = nodes[source]
            _tool(sheet, agents[target], agents.get(source), at, data)
    frameworks.finished(sheet, document)


def _is_agent(data: Mapping[str, Any]) -> bool:
    return str(data.get("type")).endswith("Agent")


def _name(data: Mapping[str, Any]) -> str:
    shown = text(data.get("display_name")) or text(below(data, "node").get("display_name"))
    return shown or text(data.get("type")) or "node"


def _agent(sheet: Sheet, at: str, data: Mapping[str, Any]) -> str:
    fields = below(data, "node", "template")
    model = next(
        (found for key in ("model_name", "model") if (found := text(below(fields, key).get("value")))), None
    )
    user = writing.agent(sheet, at, _name(data), "framework-agent", model=model)
    sheet.own(at, user)
    _stored(sheet, at, fields, user)
    return user


def _tool(sheet: Sheet, user: str, other: str | None, at: str, data: Mapping[str, Any]) -> None:
    if other is not None:
        sheet.put("links", at, kind="delegates", from_=user, to=other, because="wired as a tool")
        return
    fields = below(data, "node", "template")
    value = below(fields, "mcp_server").get("value")
    if isinstance(value, Mapping):
        place = f"{at}/node/template/mcp_server/value"
        frameworks.inlined(sheet, user, value.get("config"), f"{place}/config", text(value.get("name")) or "")
        return
    key = writing.tool_key(sheet, _name(data))
    sheet.put(
        "tools", at, key=key, scope=sheet.scope, name=_name(data), kind="connector",
        package=text(data.get("type")),
    )  # fmt: skip
    sheet.put("links", at, kind="uses-tool", from_=user, to=key, because="wired as a tool")
    sheet.own(at, key)
    _stored(sheet, at, fields, key)


def _stored(sheet: Sheet, at: str, fields: Mapping[str, Any], holder: str) -> None:
    """Fields that hold the name of a variable which Langflow keeps encrypted."""
    for name, field in fields.items():
        kept = text(field.get("value")) if isinstance(field, Mapping) else None
        if kept and field.get("load_from_db") is True:
            place = f"{at}/node/template/{escaped(str(name))}/value"
            outside.refer(sheet, place, kept, "secret", holder, secret=field.get("password") is True)
