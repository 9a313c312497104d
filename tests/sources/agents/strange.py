"""Made-up secrets and servers, and what a file of them gives."""

from __future__ import annotations

import json
from typing import Any

from tests.sources.agents.documents import File, framed, read, rows


def mark(n: int) -> str:
    return f"Zq{n}FAKED{n:02d}xK8wPv3LmT9rY"


def found(place: str, path: str, text: str | bytes) -> tuple[dict[Any, Any], list[str]]:
    """Package or host of each server by its name, and the places of secrets."""
    data = text if isinstance(text, bytes) else text.encode()
    into = read(File("", place, path, ""), data)  # type: ignore[arg-type]
    framed(into)
    assert "FAKED" not in repr(into.tables)
    servers = {
        name: package or host
        for name, package, host in rows(into, "tools", "name", "package", "host", kind="mcp-server")
    }
    return servers, sorted(str(at) for (at,) in rows(into, "exposures", "at"))


def one(entry: Any) -> tuple[Any, list[str]]:
    """The same of one server in a project's file; places below it."""
    servers, places = found("repository", ".mcp.json", json.dumps({"mcpServers": {"x": entry}}))
    return servers.get("x"), [place.removeprefix("/mcpServers/x") for place in places]


def servers(n: int, name: str = "x") -> dict[str, Any]:
    return {name: {"command": "npx", "args": ["-y", f"@acme/{name}"], "env": {"TOKEN": mark(n)}}}
