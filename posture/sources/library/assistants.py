"""Assistants of OpenAI's and Azure's agent services, as their APIs print them: model, tools, tool servers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from posture.sources.agents import frameworks, writing
from posture.sources.agents.endpoints import endpoints
from posture.sources.agents.frameworks import below, text
from posture.sources.agents.server import Server, placed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="assistants",
    title="Assistants of OpenAI and Azure AI Foundry",
    feeds=("agents", "tools", "permissions", "credentials", "systems", "links", "exposures"),
    by_hand="the answer of GET /assistants or /agents as JSON",
    blind="agents kept by OpenAI's and Azure's services, their tools and tool servers",
    ends=(".json",),
    rank=40,
)

_SHAPE = re.compile(rb'"object"\s*:\s*"(?:assistant|agent(?:\.version)?)"')


def claims(page: Page) -> bool:
    """JSON whose objects say that they are assistants or agents."""
    return b'"tools"' in page.data and _SHAPE.search(page.data) is not None


def read(page: Page, into: Rows) -> None:
    """One agent per object, alone or in a list; of versions the latest."""
    sheet, document = frameworks.opened(page, into, "assistants")
    for at, one in _listed(document):
        latest = below(one, "versions", "latest", "definition")
        if latest:
            _agent(sheet, f"{at}/versions/latest/definition", latest, text(one.get("name")))
        else:
            inner = below(one, "definition")
            _agent(sheet, f"{at}/definition" if inner else at, inner or one, text(one.get("name")))
    frameworks.finished(sheet, document)


def _listed(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    listed = document.get("data")
    if not isinstance(listed, list):
        yield "", document
        return
    for n, one in enumerate(listed):
        if isinstance(one, Mapping):
            yield f"/data/{n}", one


def _agent(sheet: Sheet, at: str, given: Mapping[str, Any], name: str | None) -> None:
    shown = name or text(given.get("id")) or sheet.page.path.stem
    user = writing.agent(sheet, at, shown, "framework-agent", model=text(given.get("model")))
    sheet.own(at, user)
    tools = given.get("tools")
    for n, tool in enumerate(tools if isinstance(tools, list) else ()):
        place = f"{at}/tools/{n}"
        if not isinstance(tool, Mapping):
            sheet.problem(place, "is no tool")
        elif tool.get("type") == "mcp":
            _server(sheet, user, place, tool)
        else:
            kind = text(tool.get("type")) or "tool"
            named = text(below(tool, kind).get("name")) or text(tool.get("name")) or kind
            key = writing.tool_key(sheet, named)
            sheet.put(
                "tools", place, key=key, scope=sheet.scope, name=named,
                kind="function" if kind == "function" else "connector", package=kind,
                runs_code=True if kind == "code_interpreter" else None,
            )  # fmt: skip
            sheet.put(
                "links", place, kind="uses-tool", from_=user, to=key, because="its definition names the tool"
            )
            endpoints(sheet, tool, place, key)


def _server(sheet: Sheet, user: str, at: str, tool: Mapping[str, Any]) -> None:
    allowed = tool.get("allowed_tools")
    below_names = "/tool_names" if isinstance(allowed, Mapping) else ""
    names = allowed.get("tool_names") if isinstance(allowed, Mapping) else allowed
    record = Server(
        name=text(tool.get("server_label")) or "mcp", at=at, transport="http",
        url=text(tool.get("server_url")) or "",
        auth="bearer" if tool.get("headers") or tool.get("authorization") else "",
        allowed=placed(names, f"{at}/allowed_tools{below_names}") if isinstance(names, list) else (),
    )  # fmt: skip
    key = writing.server(sheet, record, user, tool)
    asking = text(tool.get("require_approval"))
    if asking is not None:
        writing.permission(sheet, "mode", asking, f"{at}/require_approval", user, key)
    never = below(tool, "require_approval", "never").get("tool_names")
    writing.permissions(sheet, "allow", never, f"{at}/require_approval/never/tool_names", user, key)
