"""Google ADK: an agent with its tools, tool servers and sub-agents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from posture.sources.agents import frameworks, writing
from posture.sources.agents.frameworks import text
from posture.sources.agents.server import placed, unnamed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="google-adk",
    title="Google ADK",
    feeds=("agents", "tools", "permissions", "credentials", "systems", "links", "exposures"),
    by_hand="root_agent.yaml and the files that it names",
    blind="agents of the Agent Development Kit, their tool servers and the secrets in their arguments",
    ends=(".yaml", ".yml"),
    rank=40,
)

_PARAMETERS = (
    ("stdio_server_params", "stdio"),
    ("stdio_connection_params", "stdio"),
    ("sse_connection_params", "sse"),
    ("streamable_http_connection_params", "http"),
)


def claims(page: Page) -> bool:
    """YAML that names its class of agent."""
    return b"agent_class:" in page.data or page.parts[-1] in ("root_agent.yaml", "root_agent.yml")


def read(page: Page, into: Rows) -> None:
    """One agent; toolsets become servers, other tools are only named."""
    sheet, document = frameworks.opened(page, into, "google-adk")
    name = text(document.get("name")) or page.path.stem
    user = writing.agent(
        sheet,
        "",
        name,
        "framework-agent",
        model=text(document.get("model")),
        multi_agent=True if document.get("sub_agents") else None,
    )
    sheet.own("", user)
    tools = document.get("tools")
    for n, tool in enumerate(tools if isinstance(tools, list) else ()):
        _tool(sheet, user, f"/tools/{n}", tool)
    below = document.get("sub_agents")
    for n, one in enumerate(below if isinstance(below, list) else ()):
        path = text(one.get("config_path")) if isinstance(one, Mapping) else None
        if path:
            sheet.put(
                "links",
                f"/sub_agents/{n}",
                kind="delegates",
                from_=user,
                to=f"{user.rpartition('/')[0]}/{path.rpartition('/')[2].rpartition('.')[0]}",
                because=f"sub_agents names {path}",
                certain=False,
                depends_on="the name that the file itself gives",
            )
    frameworks.finished(sheet, document)


def _tool(sheet: Sheet, user: str, at: str, tool: Any) -> None:
    name = text(tool.get("name")) if isinstance(tool, Mapping) else text(tool)
    if name is None:
        sheet.problem(at, "is no tool")
        return
    args = tool.get("args") if isinstance(tool, Mapping) else None
    if not isinstance(args, Mapping) or not name.lower().rpartition(".")[2].startswith("mcptoolset"):
        frameworks.functions(sheet, user, [(at, name)])
        return
    for key, transport in _PARAMETERS:
        entry = args.get(key)
        if not isinstance(entry, Mapping):
            continue
        place = f"{at}/args/{key}"
        inner = entry.get("server_params")
        if isinstance(inner, Mapping):
            entry, place = inner, f"{place}/server_params"
        record = unnamed({**entry, "type": transport}, place)
        if record is not None:
            allowed = placed(args.get("tool_filter"), f"{at}/args/tool_filter")
            made = writing.server(sheet, replace(record, allowed=allowed), user, entry)
            sheet.own(at, made)
            return
    sheet.problem(at, "is a toolset without a connection")
