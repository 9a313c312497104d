"""LibreChat: tool servers of a chat that many people share, and the models that it asks."""

from __future__ import annotations

from posture.sources.agents import literals, outside, writing
from posture.sources.agents.endpoints import endpoints
from posture.sources.agents.opening import parsed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="librechat",
    title="LibreChat",
    feeds=("agents", "tools", "credentials", "systems", "links", "exposures", "references"),
    by_hand="librechat.yaml of a deployment",
    blind="tool servers and model keys of LibreChat",
    ends=("librechat.yaml", "librechat.yml"),
    rank=30,
)


def claims(page: Page) -> bool:
    """A file of that name, also with something before it."""
    return page.parts[-1].endswith(SOURCE.ends)


def read(page: Page, into: Rows) -> None:
    """One server per entry, one end per address of a model."""
    sheet = Sheet(page, into, "librechat", "/".join(page.path.parts[:-1]), "project")
    document = parsed(sheet)
    user = writing.agent(sheet)
    sheet.own("", user)
    writing.servers(sheet, document.get("mcpServers"), "/mcpServers", user, url_alone="sse")
    endpoints(sheet, document.get("endpoints"), "/endpoints", user)
    outside.inside(sheet, document.get("endpoints"), "/endpoints")
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "credentials")
