"""Copilot Studio: agents as its extension clones them, with their tools and whose connections these use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.model import keys
from posture.sources.agents import literals, writing
from posture.sources.agents.endpoints import endpoints
from posture.sources.agents.frameworks import below, text
from posture.sources.agents.opening import parsed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="copilot-studio",
    title="Copilot Studio agents",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures"),
    by_hand="*.mcs.yml of an agent that was cloned with the Copilot Studio extension",
    blind="agents built in Copilot Studio, their tools and connections, and who may talk to them",
    ends=(".mcs.yml", ".mcs.yaml"),
    rank=40,
)

_PARTS = frozenset({"actions", "topics", "knowledge", "variables", "workflows", "entities", "trigger"})
_SETTINGS, _ABOUT = "settings", "agent"
_SERVER = "ModelContextProtocolMetadata"


def claims(page: Page) -> bool:
    """A file with both endings."""
    return page.parts[-1].endswith(SOURCE.ends)


def read(page: Page, into: Rows) -> None:
    """An agent is a folder: one file says what it is, one who may talk to it, one a tool or a topic each."""
    folders = page.path.parts[:-1]
    if page.parts[-2:-1] and page.parts[-2] in _PARTS:
        folders = folders[:-1]
    sheet = Sheet(page, into, "copilot-studio", "/".join(folders[:-1]), "project")
    document = parsed(sheet)
    folder = folders[-1] if folders else page.root
    user = keys.agent(sheet.root, "copilot-studio", folder)
    sheet.own("", user)
    part = page.parts[-1].partition(".")[0]
    if part in (_SETTINGS, _ABOUT) and len(folders) == len(page.path.parts) - 1:
        shown = text(document.get("displayName")) or folder
        model = text(below(document, "aISettings", "model").get("modelNameHint"))
        writing.agent(sheet, "", folder, "framework-agent", shown, model=model)
    if part == _SETTINGS:
        _served(sheet, user, folder, document)
    elif document.get("kind") == "TaskDialog":
        _tool(sheet, user, document)
    else:
        endpoints(sheet, document, "", user)
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "credentials")


def _served(sheet: Sheet, user: str, folder: str, document: Mapping[str, Any]) -> None:
    """Whoever finds its channel may talk to an agent that asks nobody to sign in."""
    mode = text(document.get("authenticationMode"))
    always = document.get("authenticationTrigger") == "Always"
    writing.endpoint(
        sheet, "/authenticationMode" if mode else "", user, folder, "its settings publish it", enabled=True,
        authentication="none" if mode == "None" else "oauth" if mode and always else None,
    )  # fmt: skip


def _tool(sheet: Sheet, user: str, document: Mapping[str, Any]) -> None:
    action = below(document, "action")
    details = below(action, "operationDetails")
    operation = text(action.get("operationId")) or text(details.get("operationId"))
    name = text(document.get("modelDisplayName")) or operation or sheet.page.path.name.partition(".")[0]
    served = details.get("kind") == _SERVER
    key = writing.tool_key(sheet, name)
    sheet.put(
        "tools", "/action", key=key, scope=sheet.scope, name=name, package=text(action.get("kind")),
        kind="mcp-server" if served else "connector", transport="http" if served else None, enabled=True,
    )  # fmt: skip
    sheet.put("links", "/action", kind="uses-tool", from_=user, to=key, because="its folder holds the tool")
    sheet.own("", key)
    reference = text(action.get("connectionReference"))
    whose = text(below(action, "connectionProperties").get("mode")) or ""
    if reference is None:
        return
    # A connection of the caller is nothing that the agent holds.
    if whose != "Invoker":
        held = f"copilot-studio:{sheet.root}:connection:{reference}"
        sheet.put(
            "credentials", "/action/connectionReference", key=held, scope=sheet.scope, provider="microsoft",
            name=reference, store="vault", exposure="managed",
        )  # fmt: skip
        sheet.put(
            "links", "/action/connectionReference", kind="holds", from_=key, to=held,
            because="runs with its maker's connection" if whose == "Maker" else "names the connection",
        )  # fmt: skip
