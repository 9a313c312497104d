"""Microsoft Agent Framework and Semantic Kernel: a prompt agent with its model, tools and tool servers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posture.sources.agents import frameworks, outside, writing
from posture.sources.agents.endpoints import endpoints
from posture.sources.agents.frameworks import text
from posture.sources.agents.server import Server, placed
from posture.sources.agents.sheet import Sheet, strings
from posture.sources.contract import Page, Rows, Source
from posture.sources.secrets import references

SOURCE = Source(
    id="agent-framework",
    title="Microsoft Agent Framework and Semantic Kernel",
    feeds=("agents", "tools", "permissions", "credentials", "systems", "links", "references"),
    by_hand="YAML files of kind Prompt, or of a type that ends in _agent",
    blind="declarative agents of Microsoft's frameworks, their tools and keys",
    ends=(".yaml", ".yml"),
    rank=40,
)

_WORDS = (b"Prompt", b"_agent", b"_assistant")
_CONFIGURED = re.compile(r"\$\{(?P<name>\w{1,80}(?::\w{1,80}){1,4})\}")
"""An entry of the program's own configuration, by section and name."""
_SHAPE = re.compile(rb"(?m)^(?:kind:\s*[\"']?Prompt\b|type:\s*[\"']?\w+_(?:agent|assistant)\b)")


def claims(page: Page) -> bool:
    """YAML of that kind or type."""
    # Of the YAML in a repository little holds one of these words, and the expression looks at every line.
    return any(word in page.data for word in _WORDS) and _SHAPE.search(page.data) is not None


def read(page: Page, into: Rows) -> None:
    """One agent; its tools of kind mcp become servers, the others are only named."""
    sheet, document = frameworks.opened(page, into, "agent-framework")
    model = document.get("model")
    name = text(document.get("name")) or page.path.stem
    named = (text(model.get("id")) or text(model.get("model"))) if isinstance(model, Mapping) else text(model)
    user = writing.agent(sheet, "", name, "framework-agent", model=named)
    sheet.own("", user)
    tools = document.get("tools")
    listed = tools if isinstance(tools, list) else tools.values() if isinstance(tools, Mapping) else ()
    for n, tool in enumerate(listed):
        _tool(sheet, user, f"/tools/{n}", tool)
    endpoints(sheet, model, "/model", user)
    for at, value in strings(document):
        for one in references(value) if value.lstrip().startswith("=") else ():
            if one.form == "powerfx-env":
                outside.refer(sheet, at, one.name, "powerfx-env")
        for section in _CONFIGURED.finditer(value):
            outside.refer(sheet, at, section["name"], "config-key")
    frameworks.finished(sheet, document)


def _tool(sheet: Sheet, user: str, at: str, tool: Any) -> None:
    if not isinstance(tool, Mapping):
        sheet.problem(at, "is no tool")
        return
    kind = str(tool.get("kind", tool.get("type", ""))).lower()
    name = text(tool.get("name")) or text(tool.get("id")) or text(tool.get("serverName")) or kind
    if kind != "mcp":
        frameworks.functions(sheet, user, [(at, name)])
        endpoints(sheet, tool, at, writing.tool_key(sheet, name))
        return
    record = Server(
        name=text(tool.get("serverName")) or name, at=at, transport="http", url=text(tool.get("url")) or "",
        allowed=placed(tool.get("allowedTools"), f"{at}/allowedTools"),
        auth="bearer" if isinstance(tool.get("connection"), Mapping) else "",
    )  # fmt: skip
    key = writing.server(sheet, record, user, tool)
    mode = tool.get("approvalMode")
    kinds = mode if isinstance(mode, str) else mode.get("kind") if isinstance(mode, Mapping) else None
    if isinstance(kinds, str):
        at_mode = f"{at}/approvalMode" + ("" if isinstance(mode, str) else "/kind")
        writing.permission(sheet, "mode", kinds, at_mode, user, key)
