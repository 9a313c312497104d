"""Dify: exported apps with the agents in them, their models, tools, servers and the addresses they call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posture.sources.agents import ends, frameworks, writing
from posture.sources.agents.frameworks import below, text
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="dify",
    title="Dify apps",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures"),
    by_hand="the DSL export of an app in Dify's studio",
    blind="agents built in Dify, their tools and servers, and secrets in their exports",
    ends=(".yml", ".yaml"),
    rank=40,
)

_SHAPE = re.compile(rb"(?m)^kind:\s*[\"']?app\b")
_BODY = re.compile(rb"(?m)^(?:model_config|workflow):")


def claims(page: Page) -> bool:
    """YAML of that kind with the settings of a model, or a workflow."""
    return _SHAPE.search(page.data) is not None and _BODY.search(page.data) is not None


def read(page: Page, into: Rows) -> None:
    """The app itself where it is an agent, and every node of its workflow that is one."""
    sheet, document = frameworks.opened(page, into, "dify")
    app = below(document, "app")
    name = text(app.get("name")) or page.path.stem
    if app.get("mode") == "agent-chat":
        _app(sheet, name, below(document, "model_config"))
    nodes = below(document, "workflow", "graph").get("nodes")
    for n, node in enumerate(nodes if isinstance(nodes, list) else ()):
        data = below(node, "data")
        at = f"/workflow/graph/nodes/{n}/data"
        if data.get("type") == "agent":
            _node(sheet, name, at, data)
        elif data.get("type") == "http-request":
            for place, remote in ends.named(data.get("url"), f"{at}/url"):
                ends.remote_system(sheet, place, remote)
    frameworks.finished(sheet, document)


def _app(sheet: Sheet, name: str, settings: Mapping[str, Any]) -> None:
    model = text(below(settings, "model").get("name"))
    user = writing.agent(sheet, "/model_config", name, "framework-agent", model=model)
    sheet.own("/model_config", user)
    _tools(sheet, user, below(settings, "agent_mode").get("tools"), "/model_config/agent_mode/tools")


def _node(sheet: Sheet, app: str, at: str, data: Mapping[str, Any]) -> None:
    """Each setting of a node is a value with a type around it."""
    given = {
        key: (one.get("value"), f"{at}/agent_parameters/{key}/value")
        for key, one in below(data, "agent_parameters").items()
        if isinstance(one, Mapping)
    }
    model = given["model"][0] if "model" in given else None
    title = text(data.get("title")) or app
    user = writing.agent(
        sheet,
        at,
        title,
        "framework-agent",
        model=text(model.get("model")) if isinstance(model, Mapping) else None,
    )
    sheet.own(at, user)
    _tools(sheet, user, *given.get("tools", (None, "")))
    for key, (value, place) in given.items():
        if "mcp" in key.lower():
            frameworks.inlined(sheet, user, value, place)


def _tools(sheet: Sheet, user: str, listed: Any, at: str) -> None:
    for n, tool in enumerate(listed if isinstance(listed, list) else ()):
        name = text(tool.get("tool_name")) if isinstance(tool, Mapping) else None
        if name is None:
            sheet.problem(f"{at}/{n}", "is no tool")
            continue
        key = writing.tool_key(sheet, name)
        provider = text(tool.get("provider_name")) or text(tool.get("provider_id"))
        sheet.put(
            "tools", f"{at}/{n}", key=key, scope=sheet.scope, name=name, kind="connector", package=provider,
            enabled=tool.get("enabled") is not False,
        )  # fmt: skip
        because = "its definition names the tool"
        sheet.put("links", f"{at}/{n}", kind="uses-tool", from_=user, to=key, because=because)
