"""kagent: agents, tool servers and models that a cluster keeps as resources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from posture.model import keys
from posture.sources.agents import literals, opening, outside, pods, writing
from posture.sources.agents.frameworks import below, text
from posture.sources.agents.server import Transport, placed, read_entry
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="kagent",
    title="kagent",
    feeds=("agents", "tools", "permissions", "credentials", "systems", "links", "references"),
    by_hand="kubectl get agents,modelconfigs,remotemcpservers,mcpservers,toolservers -A -o yaml",
    blind="agents that run in a cluster through kagent, their tool servers and models",
    ends=(".yaml", ".yml"),
    rank=40,
)

_SHAPE = re.compile(rb"(?m)^\s*[\"']?apiVersion[\"']?\s*:\s*[\"']?kagent\.dev/")
_SERVERS = frozenset({"RemoteMCPServer", "MCPServer", "ToolServer"})
_PROTOCOLS: Mapping[str, Transport] = {"SSE": "sse", "STREAMABLE_HTTP": "http"}

_Object = tuple[Sheet, str, Mapping[str, Any]]


def claims(page: Page) -> bool:
    """YAML with an object of its own group."""
    return b"kagent.dev/" in page.data and _SHAPE.search(page.data) is not None


def read(page: Page, into: Rows) -> None:
    """One agent per Agent, one server per server; an agent names both the servers and other agents."""
    objects: list[_Object] = []
    for sheet, document in opening.sheets(page, into, "kagent"):
        for at, one in pods.items(document):
            if at not in sheet.unfinished and str(one.get("apiVersion")).startswith("kagent.dev/"):
                objects.append((sheet, at, one))
    models = {
        pods.named(one): (sheet, at, one) for sheet, at, one in objects if one.get("kind") == "ModelConfig"
    }
    for sheet, at, one in objects:
        if str(one.get("kind")) in _SERVERS:
            _server(sheet, at, one)
        elif one.get("kind") == "Agent":
            _agent(sheet, at, one, models)
        literals.document(sheet, one, at, where="file")
    writing.covered(Sheet(page, into, "kagent"), "agents", "tools")


def _server(sheet: Sheet, at: str, value: Mapping[str, Any]) -> None:
    """Its address, or the command that the cluster runs for it."""
    spec, place = below(value, "spec"), f"{at}/spec"
    entry: dict[str, Any] = {}
    for step in ("config", "deployment"):
        if below(spec, step):
            spec, place = below(spec, step), f"{place}/{step}"
    for step in ("stdio", "sse", "streamableHttp"):
        if below(spec, step):
            entry, spec, place = {"type": step}, below(spec, step), f"{place}/{step}"
    entry = {**spec, **entry}
    protocol = _PROTOCOLS.get(str(entry.get("protocol")))
    record = read_entry(pods.named(value), place, {**entry, "type": protocol} if protocol else entry)
    if record is None:
        sheet.problem(place, "is no server")
        return
    key = writing.server(sheet, record, "", {k: v for k, v in spec.items() if k != "image"})
    sheet.own(at, key)
    headers = spec.get("headersFrom")
    for n, header in enumerate(headers if isinstance(headers, list) else ()):
        name = text(below(header, "valueFrom").get("name"))
        if name is not None:
            outside.refer(sheet, f"{place}/headersFrom/{n}", name, "secret-ref", key, secret=True)


def _agent(sheet: Sheet, at: str, value: Mapping[str, Any], models: Mapping[str, _Object]) -> None:
    spec, place = below(value, "spec"), f"{at}/spec"
    if below(spec, "declarative"):
        spec, place = below(spec, "declarative"), f"{place}/declarative"
    name = pods.named(value)
    space = name.partition("/")[0]
    model = text(spec.get("modelConfig"))
    known = models.get(f"{space}/{model}") if model else None
    asked = below(known[2], "spec") if known is not None else {}
    user = writing.agent(sheet, at, name, "framework-agent", model=text(asked.get("model")))
    sheet.own(at, user)
    account = text(below(value, "spec", "declarative", "deployment").get("serviceAccountName"))
    if account is not None:
        to = pods.account(sheet, f"{space}/{account}")
        sheet.put("links", at, kind="runs-as", from_=user, to=to, because="its deployment names the account")
    if known is not None and text(asked.get("apiKeySecret")):
        outside.refer(
            known[0],
            f"{known[1]}/spec/apiKeySecret",
            str(asked["apiKeySecret"]),
            "secret-ref",
            user,
            secret=True,
        )
    for tool_at, tool in _tools(spec, place):
        _tool(sheet, user, tool_at, space, tool)


def _tools(spec: Mapping[str, Any], place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    listed = spec.get("tools")
    for n, tool in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(tool, Mapping):
            yield f"{place}/tools/{n}", tool


def _tool(sheet: Sheet, user: str, at: str, space: str, tool: Mapping[str, Any]) -> None:
    named, other = below(tool, "mcpServer"), below(tool, "agent")
    # The older version puts the name of the server one step deeper.
    name = text(named.get("name")) or text(named.get("toolServer"))
    if name is not None:
        full = name if "/" in name else f"{text(named.get('namespace')) or space}/{name}"
        key = writing.tool_key(sheet, full)
        sheet.put(
            "links", at, kind="uses-tool", from_=user, to=key, because="its definition names the server"
        )
        for place, operation in placed(named.get("toolNames"), f"{at}/mcpServer/toolNames"):
            writing.operation(sheet, key, operation, place, enabled=True)
    elif text(other.get("name")):
        target = f"{text(other.get('namespace')) or space}/{other['name']}"
        to = keys.agent(sheet.root, sheet.client.id, target)
        sheet.put("links", at, kind="delegates", from_=user, to=to, because="used as a tool")
