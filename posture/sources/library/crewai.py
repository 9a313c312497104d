"""CrewAI: agents with their tools, tool servers, delegation and code execution."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posture.sources.agents import frameworks, writing
from posture.sources.agents.endpoints import endpoints
from posture.sources.agents.frameworks import text
from posture.sources.agents.server import escaped, placed, unnamed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="crewai",
    title="CrewAI",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures"),
    by_hand="config/agents.yaml of a crew, or crew.jsonc and agents/*.jsonc",
    blind="agents of crews, their tool servers and the keys in their addresses",
    ends=(".yaml", ".yml", ".json", ".jsonc"),
    rank=40,
)

_SHAPE = re.compile(rb"(?m)^\s+\"?(?:role|goal)\"?\s*:")


_CREW = re.compile(rb"\"agents\"\s*:\s*\[|(?m:^agents:)")
"""A crew that names its agents, which stand in files of their own."""


def claims(page: Page) -> bool:
    """A file of agents with a role and a goal."""
    name = page.parts[-1]
    if name in ("agents.yaml", "agents.yml", "crew.yaml", "crew.yml", "crew.jsonc", "crew.json"):
        return _SHAPE.search(page.data) is not None or (
            name.startswith("crew.") and _CREW.search(page.data) is not None
        )
    return (
        name.endswith(".jsonc")
        and page.parts[-2:-1] == ("agents",)
        and b'"role"' in page.data
        and b'"goal"' in page.data
    )


def read(page: Page, into: Rows) -> None:
    """One agent per entry; an entry that cannot be read costs no sibling."""
    inner = page.parts[-2:-1] in (("config",), ("agents",))
    sheet, document = frameworks.opened(page, into, "crewai", 2 if inner else 1)
    found: dict[str, str] = {}
    for name, at, entry in _agents(page, document):
        if not isinstance(entry, Mapping):
            sheet.problem(at, "is no agent")
            continue
        found[name] = _agent(sheet, name, at, entry)
    for name, at, entry in _agents(page, document):
        if isinstance(entry, Mapping) and entry.get("allow_delegation") is True and name in found:
            for other, key in found.items():
                if other != name:
                    sheet.put(
                        "links",
                        f"{at}/allow_delegation",
                        kind="delegates",
                        from_=found[name],
                        to=key,
                        because="allow_delegation",
                    )
    frameworks.finished(sheet, document)


def _agents(page: Page, document: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    if "role" in document and "goal" in document:
        return [(text(document.get("name")) or page.path.stem, "", document)]
    given = document.get("agents")
    listed: Any = given if isinstance(given, Mapping | list) else document
    at = "/agents" if listed is given else ""
    if isinstance(listed, list):
        return [
            (
                (text(entry.get("name")) or str(n)) if isinstance(entry, Mapping) else str(n),
                f"{at}/{n}",
                entry,
            )
            for n, entry in enumerate(listed)
            # A name alone points at the agent's own file.
            if not isinstance(entry, str)
        ]
    return [(str(name), f"{at}/{escaped(str(name))}", entry) for name, entry in listed.items()]


def _agent(sheet: Sheet, name: str, at: str, entry: Mapping[str, Any]) -> str:
    model = entry.get("llm")
    user = writing.agent(
        sheet,
        at,
        name,
        "framework-agent",
        model=text(model) or text(frameworks.below(model).get("model")),
        multi_agent=entry.get("allow_delegation") is True or None,
    )
    sheet.own(at, user)
    endpoints(sheet, model, f"{at}/llm", user)
    frameworks.functions(sheet, user, placed(entry.get("tools"), f"{at}/tools"))
    if entry.get("allow_code_execution") is True:
        key = writing.tool_key(sheet, "code execution")
        sheet.put(
            "tools",
            f"{at}/allow_code_execution",
            key=key,
            scope=sheet.scope,
            name="code execution",
            kind="builtin",
            transport="builtin",
            effects=15,
            claimed=True,
            runs_code=True,
            obtains=True,
        )
        sheet.put(
            "links",
            f"{at}/allow_code_execution",
            kind="uses-tool",
            from_=user,
            to=key,
            because="allow_code_execution",
        )
    listed = entry.get("mcps")
    for n, one in enumerate(listed if isinstance(listed, list) else ()):
        place = f"{at}/mcps/{n}"
        if isinstance(one, str):
            writing.server(sheet, frameworks.address(one, place), user, one)
        elif (
            record := unnamed(one, place, text(one.get("name")) or "" if isinstance(one, Mapping) else "")
        ) is not None:
            writing.server(sheet, record, user, one)
        else:
            sheet.problem(place, "is no server")
    return user
