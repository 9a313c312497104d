"""A tool server's own manifest: what it needs and where it runs; it is no proof that anybody uses it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posture.sources.agents import ends, launch, literals, outside, writing
from posture.sources.agents.frameworks import text
from posture.sources.agents.opening import parsed
from posture.sources.agents.remote import remotes
from posture.sources.agents.server import Transport
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="mcp-server-manifest",
    title="MCP server manifest",
    feeds=("tools", "systems", "links", "references", "credentials"),
    by_hand="server.json of a tool server",
    blind="what a tool server of our own says it needs",
    ends=(".json",),
    rank=40,
)

_SHAPE = re.compile(rb'"(?:packages|remotes)"\s*:\s*\[')
_TEMPLATE = re.compile(r"\{([A-Za-z_][\w.-]*)\}")
_TRANSPORTS: Mapping[str, Transport] = {
    "stdio": "stdio",
    "sse": "sse",
    "streamable-http": "http",
    "http": "http",
}


def claims(page: Page) -> bool:
    """server.json with packages or remotes, or any JSON of the registry's schema."""
    if b"modelcontextprotocol" in page.head and b"server.schema.json" in page.head:
        return True
    return page.parts[-1] == "server.json" and _SHAPE.search(page.data) is not None


def read(page: Page, into: Rows) -> None:
    """One row per package and per remote end."""
    sheet = Sheet(page, into, "mcp-registry", "/".join(page.path.parts[:-1]), "project")
    document = parsed(sheet, whole=True)
    inner = document.get("server")
    at = ""
    if "name" not in document and isinstance(inner, Mapping):
        document, at = inner, "/server"
    name = text(document.get("name")) or page.path.stem
    for kind in ("packages", "remotes"):
        listed = document.get(kind)
        for n, entry in enumerate(listed if isinstance(listed, list) else ()):
            place = f"{at}/{kind}/{n}"
            if not isinstance(entry, Mapping):
                sheet.problem(place, "is no entry")
            elif kind == "packages":
                _package(sheet, name, place, entry, n)
            else:
                _remote(sheet, name, place, entry, n)
    literals.document(sheet, document, at, where="file")
    writing.covered(sheet, "tools")


def _transport(value: Any) -> Transport | None:
    kind = value.get("type") if isinstance(value, Mapping) else value
    return _TRANSPORTS.get(kind) if isinstance(kind, str) else None


def _package(sheet: Sheet, name: str, at: str, entry: Mapping[str, Any], n: int) -> None:
    registry = text(entry.get("registryType")) or text(entry.get("registry_type")) or ""
    key = writing.tool_key(sheet, name, "" if n == 0 else registry or str(n))
    identifier, version = text(entry.get("identifier")) or "", text(entry.get("version")) or ""
    start = launch.image(identifier) if registry == "oci" else None
    package = start.package if start is not None else identifier
    pin = "exact" if version or (start is not None and start.pin == "exact") else "none"
    sheet.own(at, key)
    sheet.put(
        "tools",
        at,
        key=key,
        scope=sheet.scope,
        name=name,
        kind="mcp-server",
        transport=_transport(entry.get("transport")) or "stdio",
        enabled=True,
        package=package or None,
        version=version or (start.version if start else "") or None,
        pin=pin,
        digest=text(entry.get("fileSha256")),
    )
    _inputs(sheet, entry.get("environmentVariables"), f"{at}/environmentVariables", key, "server-json")
    where = entry.get("transport")
    if isinstance(where, Mapping):
        for remote in remotes(text(where.get("url")) or ""):
            ends.remote_system(sheet, f"{at}/transport/url", remote, key)
        _inputs(sheet, where.get("headers"), f"{at}/transport/headers", key, "server-json-header")


def _remote(sheet: Sheet, name: str, at: str, entry: Mapping[str, Any], n: int) -> None:
    url = text(entry.get("url")) or ""
    key = writing.tool_key(sheet, name, "remote" if n == 0 else f"remote {n}")
    sheet.own(at, key)
    first = next(iter(remotes(url)), None)
    headers = entry.get("headers")
    sheet.put(
        "tools",
        at,
        key=key,
        scope=sheet.scope,
        name=name,
        kind="mcp-server",
        transport=_transport(entry) or "http",
        enabled=True,
        host=first.end if first else None,
        authentication="api-key" if headers else None,
        beyond_loopback=not first.loopback if first else None,
    )
    if first is not None:
        ends.remote_system(sheet, f"{at}/url", first, key)
    for variable in _TEMPLATE.findall(url):
        outside.refer(sheet, f"{at}/url", variable, "template", key)
    _inputs(sheet, headers, f"{at}/headers", key, "server-json-header")


def _inputs(sheet: Sheet, listed: Any, at: str, key: str, syntax: str) -> None:
    for n, one in enumerate(listed if isinstance(listed, list) else ()):
        name = text(one.get("name")) if isinstance(one, Mapping) else None
        if name is None:
            sheet.problem(f"{at}/{n}", "is no input")
            continue
        default = one.get("default") is not None or one.get("value") is not None
        outside.refer(sheet, f"{at}/{n}", name, syntax, key, one.get("isSecret") is True, default)
