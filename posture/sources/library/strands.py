"""Strands: an agent as a JSON file with a model, a prompt and tools by name."""

from __future__ import annotations

import re

from posture.sources.agents import frameworks, writing
from posture.sources.agents.frameworks import text
from posture.sources.agents.server import placed
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="strands",
    title="Strands Agents",
    feeds=("agents", "tools", "credentials", "links"),
    by_hand="JSON files of agents with model, prompt and tools",
    blind="agents of Strands; their credentials are set in code",
    ends=(".json",),
    rank=45,
)

_SHAPE = re.compile(rb'"tools"\s*:\s*\[')


def claims(page: Page) -> bool:
    """A JSON file with `agent` in its name or folder that holds a prompt and a list of tools."""
    if not any("agent" in part for part in page.parts[-2:]) or "cli-agents" in page.parts:
        return False
    data = page.data
    return (
        (b'"prompt"' in data or b'"system_prompt"' in data)
        and b'"model"' in data
        and _SHAPE.search(data) is not None
        and b'"mcpServers"' not in data
        and b'"component_type"' not in data
        and b'"skills"' not in data
    )


def read(page: Page, into: Rows) -> None:
    """One agent; tools are paths or modules."""
    sheet, document = frameworks.opened(page, into, "strands")
    model = document.get("model")
    user = writing.agent(
        sheet, "", text(document.get("name")) or page.path.stem, "framework-agent", model=text(model)
    )
    sheet.own("", user)
    frameworks.functions(sheet, user, placed(document.get("tools"), "/tools"))
    frameworks.finished(sheet, document)
