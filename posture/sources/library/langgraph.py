"""LangGraph: graphs, the file of variables, authentication, and what its own server offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.sources.agents import frameworks, outside, writing
from posture.sources.agents.server import escaped
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="langgraph",
    title="LangGraph",
    feeds=("agents", "tools", "permissions", "references", "credentials"),
    by_hand="langgraph.json of a repository",
    blind="graphs that a LangGraph server runs; their tools are written in code",
    ends=("langgraph.json",),
    rank=40,
)


def claims(page: Page) -> bool:
    """A file of that name."""
    return page.parts[-1] == "langgraph.json"


def read(page: Page, into: Rows) -> None:
    """One agent per graph."""
    sheet, document = frameworks.opened(page, into, "langgraph")
    graphs = document.get("graphs")
    users: list[str] = []
    for name, graph in graphs.items() if isinstance(graphs, Mapping) else ():
        at = f"/graphs/{escaped(str(name))}"
        if not isinstance(graph, str | Mapping):
            sheet.problem(at, "is no graph")
            continue
        purpose = graph.get("description") if isinstance(graph, Mapping) else None
        stated: dict[str, Any] = {}
        if isinstance(purpose, str):
            stated = {"purpose": purpose, "purpose_basis": "name"}
        users.append(writing.agent(sheet, at, str(name), "framework-agent", **stated))
        sheet.own(at, users[-1])
        _served(sheet, at, users[-1], str(name), document)
    subject = users[0] if users else sheet.scope
    sheet.own("", subject)
    env = document.get("env")
    if isinstance(env, str):
        for user in users or [sheet.scope]:
            outside.refer(sheet, "/env", env, "env-file", user, secret=False)
    http = document.get("http")
    cors = http.get("cors") if isinstance(http, Mapping) else None
    origins = cors.get("allow_origins") if isinstance(cors, Mapping) else None
    for n, origin in enumerate(origins if isinstance(origins, list) else ()):
        if isinstance(origin, str):
            writing.permission(sheet, "scope", f"cors:{origin}", f"/http/cors/allow_origins/{n}", subject)
    frameworks.finished(sheet, document)


def _served(sheet: Sheet, at: str, user: str, name: str, document: Mapping[str, Any]) -> None:
    """Its server offers the graph to whoever its own code lets in; without such code the host decides."""
    auth = document.get("auth")
    own = auth.get("path") if isinstance(auth, Mapping) else None
    facts: dict[str, Any] = {"authentication": "custom"} if isinstance(own, str) and own else {}
    writing.endpoint(sheet, at, user, name, "its server offers the graph", enabled=True, **facts)
