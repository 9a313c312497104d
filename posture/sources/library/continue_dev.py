"""Continue: models with their keys, and tool servers, in one configuration or one file per server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.sources.agents import clients, ends, literals, outside, writing
from posture.sources.agents.opening import parsed
from posture.sources.agents.remote import remotes
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="continue-dev",
    title="Continue",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures", "references"),
    by_hand="~/.continue/config.yaml or config.json, and .continue/mcpServers in projects",
    blind="tool servers and model keys of Continue",
    ends=(".yaml", ".yml", ".json"),
    rank=30,
)

_ENDS = (".continue/config.yaml", ".continue/config.yml", ".continue/config.json")


def claims(page: Page) -> bool:
    """Its configuration, or a file in its folder of servers, by the end of the path."""
    return page.parts[-3:-1] in (
        (".continue", "mcpservers"),
        (".continue", "agents"),
        (".continue", "assistants"),
    ) or (clients.tail(page, *_ENDS) is not None)


def read(page: Page, into: Rows) -> None:
    """Servers are a list with names; a copied file of another client is a map."""
    own = clients.tail(page, *_ENDS)
    prefix = own if own is not None else "/".join(page.path.parts[:-3])
    sheet = Sheet(page, into, "continue", prefix, clients.layer_of(page, "either", prefix))
    document = parsed(sheet)
    user = writing.agent(sheet)
    sheet.own("", user)
    qualifier = "" if own is not None else page.path.stem
    key = next((name for name in ("mcpServers", "servers") if name in document), "")
    if key:
        listed = document[key]
        writing.servers(sheet, listed, f"/{key}", user, qualifier if isinstance(listed, Mapping) else "")
    elif own is None and ("command" in document or "url" in document):
        writing.servers(sheet, [document], "", user)
    experimental = document.get("experimental")
    if isinstance(experimental, Mapping):
        older = experimental.get("modelContextProtocolServers")
        if isinstance(older, list):
            writing.servers(sheet, older, "/experimental/modelContextProtocolServers", user, "experimental")
    _models(sheet, document.get("models"), user)
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "credentials")


def _models(sheet: Sheet, models: Any, user: str) -> None:
    for n, model in enumerate(models if isinstance(models, list) else ()):
        if not isinstance(model, Mapping):
            sheet.problem(f"/models/{n}", "is no model")
            continue
        outside.inside(sheet, model, f"/models/{n}")
        if isinstance(model.get("apiBase"), str):
            for remote in remotes(model["apiBase"]):
                ends.remote_system(sheet, f"/models/{n}/apiBase", remote, user)
