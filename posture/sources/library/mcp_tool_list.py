"""A recorded list of a tool server's operations: their definitions, and what the server hints of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from posture.model.classes import Classes
from posture.sources.agents import writing
from posture.sources.agents.frameworks import text
from posture.sources.agents.opening import parsed
from posture.sources.agents.server import escaped
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="mcp-tool-list",
    title="Operations of a tool server",
    feeds=("tools",),
    by_hand="the answer of a server to tools/list, saved as CLIENT.SERVER.tools.json",
    blind="which operations a tool server offers, and whether their definitions changed",
    ends=(".json",),
    rank=45,
)

_ENDS = (".tools.json", ".tools-list.json", "-tools-list.json", "tools-list.json", "tools_list.json")


def claims(page: Page) -> bool:
    """JSON with a list of tools that have an input schema."""
    return b'"inputSchema"' in page.data and b'"tools"' in page.data


def read(page: Page, into: Rows) -> None:
    """One operation per entry. Hints are claims of the server; without any the effects are not known."""
    client, name = _names(page)
    sheet = Sheet(page, into, client, "/".join(page.path.parts[:-1]), "project")
    document: Any = parsed(sheet, whole=True)
    at = ""
    if isinstance(document.get("result"), Mapping):
        document, at = document["result"], "/result"
    server = document.get("serverInfo")
    if isinstance(server, Mapping) and text(server.get("name")):
        name = str(server["name"])
    key = writing.tool_key(sheet, name)
    tools = document.get("tools")
    definitions: list[str] = []
    effects: int | None = 0
    for n, tool in enumerate(tools if isinstance(tools, list) else ()):
        place = f"{at}/tools/{n}"
        operation = text(tool.get("name")) if isinstance(tool, Mapping) else None
        if operation is None:
            sheet.problem(place, "is no operation")
            continue
        found = _effects(tool.get("annotations"))
        effects = None if found is None or effects is None else effects | found
        definitions.append(definition(tool))
        free = _free(tool.get("inputSchema"))
        writing.operation(
            sheet,
            key,
            operation,
            place,
            effects=found,
            claimed=found is not None,
            definition=definitions[-1],
            free_parameter=free,
        )
        sheet.named(place, operation)
    whole = hashlib.sha256("\n".join(sorted(definitions)).encode()).hexdigest() if definitions else None
    sheet.put(
        "tools",
        escaped(at),
        key=key,
        scope=sheet.scope,
        name=name,
        kind="mcp-server",
        effects=effects if definitions else None,
        claimed=bool(definitions) and effects is not None,
        definition=whole,
    )
    writing.covered(sheet, "tools")


def _names(page: Page) -> tuple[str, str]:
    """Client and server out of the file's name."""
    name = page.path.name
    end = next((end for end in _ENDS if name.lower().endswith(end)), ".json")
    stem = name[: -len(end)].strip(".-_") or page.path.parent.name or page.place.root
    client, dot, server = stem.partition(".")
    return (client, server) if dot and server else ("unknown", stem)


def definition(tool: Mapping[str, Any]) -> str:
    """SHA-256 over name, description and schema."""
    kept = {key: tool.get(key) for key in ("name", "description", "inputSchema", "outputSchema")}
    return hashlib.sha256(
        json.dumps(kept, sort_keys=True, separators=(",", ":")).encode("utf-8", "replace")
    ).hexdigest()


def _effects(hints: Any) -> int | None:
    if not isinstance(hints, Mapping) or not any(isinstance(value, bool) for value in hints.values()):
        return None
    effects = Classes.READ
    if hints.get("readOnlyHint") is not True:
        effects |= Classes.WRITE
        if hints.get("destructiveHint") is not False:
            effects |= Classes.DESTRUCTIVE
    if hints.get("openWorldHint") is not False:
        effects |= Classes.EXTERNAL
    return int(effects)


_FREE = frozenset(
    {"query", "sql", "command", "cmd", "code", "script", "path", "url", "uri", "address", "to", "expression"}
)


def _free(schema: Any) -> bool | None:
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    if not isinstance(properties, Mapping):
        return None
    return any(
        str(name).lower() in _FREE
        and isinstance(one, Mapping)
        and one.get("type") == "string"
        and not any(key in one for key in ("enum", "const", "pattern"))
        for name, one in properties.items()
    )
