"""AutoGen: component files as its studio saves them: agents, models, tools, workbenches, teams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from posture.sources.agents import frameworks, writing
from posture.sources.agents.endpoints import endpoints
from posture.sources.agents.frameworks import text
from posture.sources.agents.server import escaped, unnamed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="autogen",
    title="AutoGen",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures"),
    by_hand="component files saved from AutoGen Studio",
    blind="agents and teams of AutoGen, their tool servers and model keys",
    ends=(".json",),
    rank=40,
)

_DEEPEST = 40


def claims(page: Page) -> bool:
    """JSON with providers and types of components."""
    return b'"component_type"' in page.data and b'"provider"' in page.data


def read(page: Page, into: Rows) -> None:
    """Every agent wherever it stands in the tree; members of a team hand work to each other."""
    sheet, document = frameworks.opened(page, into, "autogen")
    found: dict[str, str] = {}
    handing: list[tuple[str, str, str]] = []
    for at, component in _components(document):
        config = component.get("config")
        if component.get("component_type") == "agent" and isinstance(config, Mapping):
            name = text(config.get("name")) or at.rpartition("/")[2] or page.path.stem
            found[name] = _agent(sheet, name, at, config)
            handoffs = config.get("handoffs")
            for n, one in enumerate(handoffs if isinstance(handoffs, list) else ()):
                target = text(one.get("target")) if isinstance(one, Mapping) else text(one)
                if target:
                    handing.append((found[name], target, f"{at}/config/handoffs/{n}"))
    for user, target, at in handing:
        if target in found:
            sheet.put("links", at, kind="delegates", from_=user, to=found[target], because="handoff")
    frameworks.finished(sheet, document)


def _components(value: Any, at: str = "", depth: int = 0) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        if "component_type" in value or "provider" in value:
            yield at, value
        for name, child in value.items():
            yield from _components(child, f"{at}/{escaped(str(name))}", depth + 1)
    elif isinstance(value, list):
        for n, child in enumerate(value):
            yield from _components(child, f"{at}/{n}", depth + 1)


def _agent(sheet: Sheet, name: str, at: str, config: Mapping[str, Any]) -> str:
    client = config.get("model_client")
    settings = client.get("config") if isinstance(client, Mapping) else None
    user = writing.agent(
        sheet,
        at,
        name,
        "framework-agent",
        model=text(settings.get("model")) if isinstance(settings, Mapping) else None,
    )
    sheet.own(at, user)
    endpoints(sheet, settings, f"{at}/config/model_client/config", user)
    benches = config.get("workbench")
    for n, bench in enumerate(benches if isinstance(benches, list) else [benches] if benches else ()):
        place = f"{at}/config/workbench" + (f"/{n}" if isinstance(benches, list) else "")
        inner = bench.get("config") if isinstance(bench, Mapping) else None
        parameters = inner.get("server_params") if isinstance(inner, Mapping) else None
        if isinstance(parameters, Mapping):
            kind = str(parameters.get("type", "")).lower()
            transport = (
                "sse" if "sse" in kind else "http" if "http" in kind else "stdio" if "stdio" in kind else kind
            )
            entry = {**parameters, "type": transport} if transport else parameters
            record = unnamed(entry, f"{place}/config/server_params")
            if record is not None:
                writing.server(sheet, record, user, parameters)
        tools = inner.get("tools") if isinstance(inner, Mapping) else None
        _tools(sheet, user, tools, f"{place}/config/tools")
    _tools(sheet, user, config.get("tools"), f"{at}/config/tools")
    return user


def _tools(sheet: Sheet, user: str, tools: Any, at: str) -> None:
    named: list[tuple[str, str]] = []
    for n, tool in enumerate(tools if isinstance(tools, list) else ()):
        config = tool.get("config") if isinstance(tool, Mapping) else None
        name = text(config.get("name")) if isinstance(config, Mapping) else None
        label = text(tool.get("label")) if isinstance(tool, Mapping) else None
        if name or label:
            named.append((f"{at}/{n}", name or label or ""))
    frameworks.functions(sheet, user, named)
